using System.Buffers.Binary;

namespace Quorate.Node.Storage.Indexing;

/// <summary>
/// Memory for blocks, carved from 16 MiB slabs and named by 32-bit handles, so that the collector sees a few dozen arrays
/// instead of millions of objects and an index slot needs 4 bytes. The first slab is short, as
/// stores of tests need no more. A freed block waits in its size class's list; one above the largest class is an array of its own.
/// </summary>
internal sealed class Arena
{
    private const int SlabBytesLog = 24;
    private const int FirstSlabBytes = 1 << 20;
    private const int SlabUnitsLog = SlabBytesLog - 4;
    private const uint LargeBit = 1u << 31;
    private const int MaxSlabs = (int)(LargeBit >> SlabUnitsLog);
    private readonly uint[] _free = new uint[SizeClasses.Count];
    private readonly Stack<uint> _freeLarge = new();
    private byte[][] _slabs = [new byte[FirstSlabBytes]];
    private byte[]?[] _large = new byte[]?[4];
    private int _largeCount;
    private uint _nextUnit = 1; // 0 is no handle
    private uint _slabEnd = FirstSlabBytes / SizeClasses.UnitBytes;
    private int _slabCount = 1;

    /// <summary>
    /// 32 GiB of small blocks: what handles can name, but for two slabs, as a put takes a block and may grow a table.
    /// </summary>
    public bool IsFull => _slabCount > MaxSlabs - 2;

    /// <summary>The bytes from the start of a block; at least as many as were asked for.</summary>
    public Span<byte> this[uint handle]
    {
        get
        {
            if ((handle & LargeBit) != 0) return _large[handle & ~LargeBit];

            int offset = (int)(handle & ((1 << SlabUnitsLog) - 1)) * SizeClasses.UnitBytes;
            return _slabs[handle >> SlabUnitsLog].AsSpan(offset);
        }
    }

    /// <summary>Whether a block made for one size also serves the other, so that it can be overwritten in place.</summary>
    public static bool SameBlock(int bytes, int otherBytes)
    {
        if (IsLarge(bytes) || IsLarge(otherBytes)) return bytes == otherBytes;
        return SizeClasses.Of(bytes) == SizeClasses.Of(otherBytes);
    }

    /// <summary>A handle, never 0, to a block of at least this many bytes, with anything in it.</summary>
    public uint Allocate(int bytes)
    {
        if (IsLarge(bytes)) return AllocateLarge(bytes);

        int sizeClass = SizeClasses.Of(bytes);
        uint freed = _free[sizeClass];
        if (freed == 0) return Carve((uint)SizeClasses.UnitsOf(sizeClass));

        _free[sizeClass] = BinaryPrimitives.ReadUInt32LittleEndian(this[freed]);
        return freed;
    }

    /// <summary>Takes a block back; its handle names nothing until it is given out again.</summary>
    /// <param name="handle">Of <see cref="Allocate"/>.</param>
    /// <param name="bytes">What was asked for.</param>
    public void Free(uint handle, int bytes)
    {
        if ((handle & LargeBit) != 0)
        {
            _large[handle & ~LargeBit] = null;
            _freeLarge.Push(handle);
            return;
        }

        int sizeClass = SizeClasses.Of(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(this[handle], _free[sizeClass]);
        _free[sizeClass] = handle;
    }

    /// <summary>Takes everything back at once, and gives the memory back too.</summary>
    public void Reset()
    {
        Array.Clear(_free);
        _freeLarge.Clear();
        _slabs = [_slabs[0]];
        _large = new byte[]?[4];
        _largeCount = 0;
        _nextUnit = 1;
        _slabEnd = FirstSlabBytes / SizeClasses.UnitBytes;
        _slabCount = 1;
    }

    private static bool IsLarge(int bytes) => bytes > SizeClasses.LargestUnits * SizeClasses.UnitBytes;

    private uint Carve(uint units)
    {
        if (_slabEnd - _nextUnit < units) AddSlab(); // leaves at most 3 % of the first slab unused
        uint handle = _nextUnit;
        _nextUnit += units;
        return handle;
    }

    private void AddSlab()
    {
        if (_slabCount == MaxSlabs) throw new InvalidOperationException("The arena is full: ask IsFull before allocating.");
        if (_slabCount == _slabs.Length) Array.Resize(ref _slabs, _slabs.Length * 2);
        _nextUnit = (uint)_slabCount << SlabUnitsLog;
        _slabEnd = _nextUnit + (1 << SlabUnitsLog);
        _slabs[_slabCount++] = Slab.Allocate(1 << SlabBytesLog);
    }

    private uint AllocateLarge(int bytes)
    {
        if (!_freeLarge.TryPop(out uint handle))
        {
            if (_largeCount == _large.Length) Array.Resize(ref _large, _large.Length * 2);
            handle = (uint)_largeCount++ | LargeBit;
        }

        _large[handle & ~LargeBit] = GC.AllocateUninitializedArray<byte>(bytes);
        return handle;
    }
}

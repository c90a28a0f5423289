namespace Quorate.Resp.Sessions;

/// <summary>What a command does to its keys.</summary>
internal enum KeyAccess : byte
{
    None,
    Read,
    Write,
}

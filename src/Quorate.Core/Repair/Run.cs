namespace Quorate.Core.Repair;

/// <summary>So many equal values, one after another: what partitions have is mostly the same for all.</summary>
/// <typeparam name="T">What partitions have.</typeparam>
/// <param name="Length">At least 1.</param>
/// <param name="Value">What all of them are.</param>
public readonly record struct Run<T>(ushort Length, T Value);

/// <summary>Makes runs.</summary>
public static class Run
{
    /// <summary>The runs of a list, in its order: together they are as long as it is.</summary>
    /// <typeparam name="T">What partitions have.</typeparam>
    public static List<Run<T>> Of<T>(IReadOnlyList<T> values)
    {
        var runs = new List<Run<T>>();
        foreach (T value in values)
        {
            if (runs.Count > 0 && runs[^1] is var last && last.Length < ushort.MaxValue && EqualityComparer<T>.Default.Equals(last.Value, value))
                runs[^1] = last with { Length = (ushort)(last.Length + 1) };
            else runs.Add(new Run<T>(1, value));
        }

        return runs;
    }
}

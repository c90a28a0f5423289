using System.CommandLine;
using System.CommandLine.Parsing;

namespace Quorate.Cli.Commands;

internal static class OptionBounds
{
    /// <summary>Refuses what <paramref name="isAllowed"/> does not take, and what is no <typeparamref name="T"/> at all, with the same words.</summary>
    public static void Take<T>(this Option<T> option, Func<T?, bool> isAllowed, string problem) => option.Validators.Add(result =>
    {
        if (!TryRead(result, out T? value) || !isAllowed(value)) result.AddError(problem);
    });

    /// <summary>The library throws when it is asked for the value of words that it cannot convert.</summary>
    private static bool TryRead<T>(OptionResult result, out T? value)
    {
        try
        {
            value = result.GetValueOrDefault<T>();
            return true;
        }
        catch (InvalidOperationException)
        {
            value = default;
            return false;
        }
    }
}

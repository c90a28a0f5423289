using System.Diagnostics;
using System.Reflection;

namespace Quorate.Cli.Dev;

/// <summary>How this very program is started once more.</summary>
internal static class Executable
{
    private static readonly string[] Words = Find();

    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments) =>
        new(Words[0], [.. Words[1..], .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    /// <summary>As a person would type it.</summary>
    public static string CommandLine(IEnumerable<string> arguments) => string.Join(' ', Words.Concat(arguments).Select(Quote));

    /// <summary>Run by `dotnet quorate.dll`, the process is dotnet's.</summary>
    private static string[] Find()
    {
        string process = System.Environment.ProcessPath ?? "quorate";
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, Assembly.GetEntryAssembly()!.Location] : [process];
    }

    private static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "/\\._-=:,".Contains(letter, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

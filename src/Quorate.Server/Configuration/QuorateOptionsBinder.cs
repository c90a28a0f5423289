using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Quorate.Server.Configuration;

/// <summary>Reads <see cref="QuorateOptions"/> from configuration.</summary>
internal static class QuorateOptionsBinder
{
    /// <exception cref="OptionsValidationException">A value cannot be read at all; says which.</exception>
    public static QuorateOptions Read(IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection(QuorateOptions.Section);
        var options = new QuorateOptions();
        Bind(section, options);
        options.Resp = ListOf(section, nameof(options.Resp)) ?? new QuorateOptions().Resp;
        options.RespCluster = ListOf(section, nameof(options.RespCluster)) ?? [];
        options.Join = ListOf(section, nameof(options.Join)) ?? [];
        return options;
    }

    private static void Bind(IConfigurationSection section, QuorateOptions options)
    {
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException unreadable)
        {
            throw new OptionsValidationException(nameof(QuorateOptions), typeof(QuorateOptions), [$"{unreadable.Message} Give a value of that type."]);
        }
    }

    /// <summary>
    /// One value with commas, or an array. The former wins: providers merge arrays element by element, so a short list on
    /// the command line would keep the tail of a longer one in a file.
    /// </summary>
    private static string[]? ListOf(IConfigurationSection section, string name)
    {
        IConfigurationSection list = section.GetSection(name);
        if (!string.IsNullOrEmpty(list.Value)) return Split(list.Value);
        string[] elements = [.. list.GetChildren().Select(element => element.Value ?? "").Where(element => element.Length > 0)];
        if (elements.Length > 0) return elements;
        return list.Value is null ? null : [];
    }

    private static string[] Split(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

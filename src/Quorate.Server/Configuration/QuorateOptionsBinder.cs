using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Quorate.Server.Configuration;

/// <summary>Reads <see cref="QuorateOptions"/> from configuration.</summary>
internal static class QuorateOptionsBinder
{
    /// <exception cref="OptionsValidationException">A value cannot be read at all, or there is no such setting; says which.</exception>
    public static QuorateOptions Read(IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection(QuorateOptions.Section);
        string[] unknown = [.. Unknown(section, typeof(QuorateOptions))];
        if (unknown.Length > 0) throw Refused([.. unknown.Select(setting => $"There is no setting '{setting}': correct its name or place, or take it away.")]);

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
            options.Keyspaces = section.GetSection(nameof(options.Keyspaces)).GetChildren().ToDictionary(keyspace => keyspace.Key, KeyspaceOf);
        }
        catch (InvalidOperationException unreadable)
        {
            throw Refused([$"{unreadable.Message} Give a value of that type."]);
        }
    }

    /// <summary>Each on its own: a dictionary's binder leaves out in silence what it cannot read.</summary>
    private static KeyspaceOptions KeyspaceOf(IConfigurationSection section)
    {
        var keyspace = new KeyspaceOptions();
        section.Bind(keyspace);
        return keyspace;
    }

    /// <summary>A misspelt setting would leave its default in force, and nobody would know.</summary>
    private static IEnumerable<string> Unknown(IConfigurationSection section, Type options) => section.GetChildren().SelectMany(child =>
    {
        if (options == typeof(Dictionary<string, KeyspaceOptions>)) return Unknown(child, typeof(KeyspaceOptions));
        PropertyInfo? setting = options.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
        if (setting is null) return [child.Path];
        return setting.PropertyType.IsAssignableTo(typeof(IReadOnlyList<string>)) ? [] : Unknown(child, setting.PropertyType);
    });

    private static OptionsValidationException Refused(IEnumerable<string> problems) => new(nameof(QuorateOptions), typeof(QuorateOptions), problems);

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

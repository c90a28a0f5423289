using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Xunit;

namespace Quorate.Tests.House;

/// <summary>The house of ARCHITECTURE.md: which project may know which. A reference that is not here is a design change.</summary>
public class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Quorate.Core"] = [],
        ["Quorate.Coordinator"] = ["Quorate.Core"],
        ["Quorate.Transport"] = ["Quorate.Coordinator"],
        ["Quorate.Node"] = ["Quorate.Coordinator"],
        ["Quorate.Client"] = ["Quorate.Coordinator", "Quorate.Transport"],
        ["Quorate.Resp"] = ["Quorate.Coordinator"],
        ["Quorate.Server"] = ["Quorate.Node", "Quorate.Transport", "Quorate.Resp"],
        ["Quorate.Cli"] = ["Quorate.Client", "Quorate.Server", "Quorate.Simulation"],
        // The simulator's messages pass through the real codec.
        ["Quorate.Simulation"] = ["Quorate.Node", "Quorate.Client"],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Quorate.Coordinator"] =
        [
            "Microsoft.Extensions.Caching.Abstractions",
            "Microsoft.Extensions.DependencyInjection.Abstractions",
            "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions",
        ],
        ["Quorate.Client"] = ["Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options"],
        ["Quorate.Server"] = ["Microsoft.AspNetCore.OpenApi"],
        ["Quorate.Cli"] = ["System.CommandLine", "Spectre.Console"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Fact]
    public void Every_project_of_the_house_is_listed_here()
    {
        string[] found = [.. ProjectFiles().Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!];
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_house_allows(string project)
    {
        XDocument file = XDocument.Load(ProjectFiles().Single(path => Path.GetFileNameWithoutExtension(path) == project));
        IEnumerable<string> references = file.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        IEnumerable<string> packages = file.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);

        Assert.Empty(references.Except(Allowed[project]));
        Assert.Empty(packages.Except(AllowedPackages.GetValueOrDefault(project, [])));
    }

    private static IEnumerable<string> ProjectFiles() =>
        new[] { "src", "sim" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.csproj", SearchOption.AllDirectories));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));
}

using Microsoft.Extensions.Options;

namespace Quorate.Server.Configuration;

/// <summary>Refuses, before anything starts, options that no node can be made from.</summary>
internal sealed class QuorateOptionsValidator : IValidateOptions<QuorateOptions>
{
    public ValidateOptionsResult Validate(string? name, QuorateOptions options) =>
        NodeSettingsReader.Read(options, out IReadOnlyList<string> problems) is null
            ? ValidateOptionsResult.Fail(problems)
            : ValidateOptionsResult.Success;
}

using Quorate.Core.Quorum;

namespace Quorate.Server.Configuration;

/// <summary>How people write a <see cref="Fanout"/>.</summary>
internal static class FanoutText
{
    public static bool TryParse(string text, out Fanout fanout)
    {
        fanout = text.ToLowerInvariant() switch
        {
            "r" => Fanout.Required,
            "all" => Fanout.All,
            _ => Fanout.Default,
        };
        return fanout != Fanout.Default;
    }
}

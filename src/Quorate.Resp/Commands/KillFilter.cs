using System.Text;
using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

/// <summary>Whom CLIENT KILL closes: an address alone, or conditions that must all hold.</summary>
/// <param name="Self">Spared unless SKIPME says no.</param>
/// <param name="IsOneAddress">The old form, which answers OK and spares nobody.</param>
internal sealed record KillFilter(RespSession Self, bool IsOneAddress)
{
    private bool _sparesSelf = !IsOneAddress;
    private long? _id;
    private string? _address;
    private string? _listener;
    private bool? _isSubscriber;
    private bool _isNobody;

    /// <summary>Returns what is wrong, in Redis' words, or null.</summary>
    public static string? Parse(Arguments arguments, RespSession self, out KillFilter filter)
    {
        filter = new KillFilter(self, arguments.Count == 3);
        if (filter.IsOneAddress)
        {
            filter._address = Encoding.UTF8.GetString(arguments[2]);
            return null;
        }

        for (int i = 2; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count) return "ERR syntax error";
            if (filter.Add(arguments, i) is { } problem) return problem;
        }

        return null;
    }

    public bool Matches(RespSession session) =>
        !_isNobody
        && !(_sparesSelf && session == Self)
        && (_id is null || session.Client.Id == _id)
        && (_address is null || session.RemoteAddress == _address)
        && (_listener is null || session.Listener.Address == _listener)
        && (_isSubscriber is null || session.Subscriptions.Count > 0 == _isSubscriber);

    private string? Add(Arguments arguments, int index)
    {
        string value = Encoding.UTF8.GetString(arguments[index + 1]);
        if (arguments.Is(index, "ID"u8))
        {
            if (!RespNumber.TryParse(arguments[index + 1], out long id) || id < 1) return "ERR client-id should be greater than 0";
            _id = id;
        }
        else if (arguments.Is(index, "ADDR"u8)) _address = value;
        else if (arguments.Is(index, "LADDR"u8)) _listener = value;
        else if (arguments.Is(index, "USER"u8))
        {
            if (value != "default") return $"ERR No such user '{value}'";
        }
        else if (arguments.Is(index, "TYPE"u8))
        {
            if (value.ToLowerInvariant() is not ("normal" or "pubsub" or "master" or "replica" or "slave")) return $"ERR Unknown client type '{value}'";
            _isSubscriber = arguments.Is(index + 1, "pubsub"u8);
            _isNobody = !arguments.Is(index + 1, "pubsub"u8) && !arguments.Is(index + 1, "normal"u8);
        }
        else if (arguments.Is(index, "SKIPME"u8) && (arguments.Is(index + 1, "YES"u8) || arguments.Is(index + 1, "NO"u8)))
        {
            _sparesSelf = arguments.Is(index + 1, "YES"u8);
        }
        else
        {
            return "ERR syntax error";
        }

        return null;
    }
}

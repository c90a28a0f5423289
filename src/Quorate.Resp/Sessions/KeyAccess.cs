namespace Quorate.Resp.Sessions;

/// <summary>What a command does to its keys.</summary>
public enum KeyAccess : byte
{
    None,
    Read,
    Write,
}

namespace Quorate.Cli;

/// <summary>What a verb tells the shell.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>There is no such key.</summary>
    public const int Missing = 1;

    /// <summary>
    /// What was checked does not hold: a simulated run broke an invariant or was too tame to mean anything; a read contradicted
    /// what was acknowledged.
    /// </summary>
    public const int Broken = 1;

    /// <summary>The command or what it asks for makes no sense; again is no use.</summary>
    public const int Usage = 2;

    /// <summary>Nobody served it and nothing was written; again may help.</summary>
    public const int Unavailable = 3;

    /// <summary>It may or may not have been written.</summary>
    public const int OutcomeUnknown = 4;

    /// <summary>By the first word of a RESP error.</summary>
    public static int OfError(string message) => message.Split(' ', 2)[0] switch
    {
        "TIMEOUT" => OutcomeUnknown,
        "UNAVAILABLE" or "OVERLOADED" or "CLOCKDRIFT" => Unavailable,
        _ => Usage,
    };
}

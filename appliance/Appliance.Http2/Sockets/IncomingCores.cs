namespace Appliance.Http2.Sockets;

/// <summary>Whether connections come in on several cores of late. One that accepts has it alone, or loses a little of it.</summary>
internal sealed class IncomingCores
{
    /// <summary>So many in a row on one core, and there are not several: as many as a loop may be ahead by for it.</summary>
    private const int InARow = LoopGroup.MostAhead;

    private int _last = IncomingCore.Unknown;
    private int _sinceOther = InARow;

    /// <summary>Notes the core of a connection; whether it and one of those shortly before it came in on others.</summary>
    public bool AreSeveral(int core)
    {
        if (core == IncomingCore.Unknown) return false;
        _sinceOther = core == _last || _last == IncomingCore.Unknown ? Math.Min(InARow, _sinceOther + 1) : 0;
        _last = core;
        return _sinceOther < InARow;
    }
}

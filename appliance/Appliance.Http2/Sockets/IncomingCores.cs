namespace Appliance.Http2.Sockets;

/// <summary>Whether connections come in on the cores of several loops of late. One that accepts has it alone, or loses a little of it.</summary>
internal sealed class IncomingCores
{
    /// <summary>So many in a row on one core, and there are not several: as many as a loop may be ahead by for it.</summary>
    private const int InARow = LoopGroup.MostAhead;

    private int _last = -1;
    private int _sinceOther = InARow;

    /// <summary>Notes which loop's core a connection came in on; whether one of those shortly before it came in on another's.</summary>
    public bool AreSeveral(int loop)
    {
        _sinceOther = loop == _last || _last < 0 ? Math.Min(InARow, _sinceOther + 1) : 0;
        _last = loop;
        return _sinceOther < InARow;
    }
}

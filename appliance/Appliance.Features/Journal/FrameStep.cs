namespace Appliance.Features.Journal;

/// <summary>What a walk over a page's frames came to next.</summary>
internal enum FrameStep
{
    /// <summary>A whole record.</summary>
    Record,

    /// <summary>Bytes that should be records and are not, up to the next position.</summary>
    Gap,

    /// <summary>The window holds nothing further; what follows begins at the next position.</summary>
    End,
}

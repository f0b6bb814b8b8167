namespace TestKit;

/// <summary>How an operation of a <see cref="FaultyDevice"/> ends.</summary>
public enum DiskFault
{
    /// <summary>EIO, nothing done.</summary>
    Error,

    /// <summary>ENOSPC, nothing done.</summary>
    Full,

    /// <summary>ENOSPC after half of the first write's bytes.</summary>
    ShortWrite,

    /// <summary>As if the process ended there: half of the first write's bytes, then nothing any more.</summary>
    CutOff,
}

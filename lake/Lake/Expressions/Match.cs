namespace Lake.Expressions;

/// <summary>How many of some rows a filter matches, as far as can be told without reading them.</summary>
public enum Match
{
    /// <summary>None for sure.</summary>
    None,

    /// <summary>Perhaps none, some or all.</summary>
    Some,

    /// <summary>All for sure.</summary>
    All,
}

namespace Appliance.Scoring.Features;

/// <summary>How a transport writes the place of a feature, for error messages.</summary>
public enum RowPath : byte
{
    /// <summary><c>features.x</c>: the request is one row.</summary>
    Single,

    /// <summary><c>[3].features.x</c>: the request is an array of rows.</summary>
    Array,

    /// <summary><c>rows[3].features.x</c>: the request has a list of rows.</summary>
    Rows,
}

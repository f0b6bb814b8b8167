namespace Appliance.Scoring.Parameters;

/// <summary>What a parameter's value can be, whichever transport wrote it.</summary>
[Flags]
public enum ParameterForms : byte
{
    /// <summary>No value: null in JSON, nothing chosen in protobuf.</summary>
    None = 0,

    /// <summary>True or false.</summary>
    Flag = 1,

    /// <summary>A whole number from 0 up, of at most 64 bits.</summary>
    Whole = 2,

    /// <summary>A number that is negative, has a fraction or is too large.</summary>
    OtherNumber = 4,

    Text = 8,

    /// <summary>An object or an array, which only JSON can bring.</summary>
    Structure = 16,
}

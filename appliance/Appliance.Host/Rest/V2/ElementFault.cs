namespace Appliance.Host.Rest.V2;

/// <summary>Why a JSON value cannot be an element of a tensor.</summary>
internal enum ElementFault : byte
{
    None = 0,

    /// <summary>Another kind of value than the datatype takes.</summary>
    Kind,

    /// <summary>A number that the datatype cannot hold.</summary>
    Range,

    /// <summary>A string that is no text: half of a surrogate pair.</summary>
    Surrogate,
}

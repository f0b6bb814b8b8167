namespace Appliance.Inference.Repository;

/// <summary>What a warm-up request's input holds.</summary>
public enum WarmupContent
{
    /// <summary>Zero in every element, false, or the empty string.</summary>
    Zero,

    /// <summary>Any values; strings are empty.</summary>
    Random,

    /// <summary>What a file holds.</summary>
    File,
}

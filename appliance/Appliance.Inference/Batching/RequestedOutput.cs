namespace Appliance.Inference.Batching;

/// <summary>One output that a request asked for by name.</summary>
public struct RequestedOutput
{
    /// <summary>The output's name, UTF-8, in the request's memory.</summary>
    public ReadOnlyMemory<byte> Name;

    /// <summary>Whether a REST caller wants it behind the JSON as raw bytes; null leaves it to the request's default. Only the REST encoder reads it.</summary>
    public bool? Binary;

    /// <summary>How many of the highest values are wanted as texts in the output's place; 0 for the output as it is. See <see cref="TopClasses"/>.</summary>
    public int Classes;
}

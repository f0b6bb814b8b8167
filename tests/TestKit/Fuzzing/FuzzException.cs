namespace TestKit.Fuzzing;

/// <summary>An input that a decoder does not treat as it must: it is printed, to be kept among those that are always tried.</summary>
public sealed class FuzzException(string what, byte[] input, string origin, Exception? cause)
    : Exception($"{what} ({origin}); the input, {input.Length} bytes in base64: {Convert.ToBase64String(input)}{(cause is null ? "" : $"\n{cause}")}", cause);

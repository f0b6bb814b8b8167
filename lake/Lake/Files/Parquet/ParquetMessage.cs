using System.Text.RegularExpressions;

namespace Lake.Files.Parquet;

/// <summary>What the Parquet library says of a failure, without the native type that it says it with. Pure.</summary>
internal static partial class ParquetMessage
{
    /// <param name="message">As <c>N7parquet22ParquetStatusExceptionE (message: 'Invalid: no magic bytes')</c>, or any other.</param>
    public static string Of(string message) => Wrapped().Match(message) is { Success: true } match ? match.Groups["said"].Value : message;

    [GeneratedRegex(@"^(?:class )?[\w:]+ \(message: '(?<said>.*)'\)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Wrapped();
}

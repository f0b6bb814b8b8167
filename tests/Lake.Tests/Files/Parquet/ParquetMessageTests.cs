using Lake.Files.Parquet;

namespace Lake.Tests.Files.Parquet;

public sealed class ParquetMessageTests
{
    [Theory]
    [InlineData("N7parquet22ParquetStatusExceptionE (message: 'Invalid: it isn't (whole)')", "Invalid: it isn't (whole)")]
    [InlineData("class parquet::ParquetException (message: 'two\nlines')", "two\nlines")]
    [InlineData("no columns (message: 'x') are here", "no columns (message: 'x') are here")]
    [InlineData("", "")]
    public void Native_types_are_left_out(string message, string told) => Assert.Equal(told, ParquetMessage.Of(message));
}

namespace Lake.Storage;

/// <summary>A conditional write found the object there.</summary>
internal sealed class S3RefusedException(string message, Exception inner) : IOException(message, inner);

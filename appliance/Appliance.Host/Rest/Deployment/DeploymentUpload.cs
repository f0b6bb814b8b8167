using Appliance.Inference;
using Appliance.Inference.Repository;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Appliance.Host.Rest.Deployment;

/// <summary>
/// Reads a form of files into a version: parts named <c>file</c>, each with its path below the version's folder as its file name, and at most one named <c>config</c>. Bytes
/// go to the disk as they come. For one request; not thread-safe.
/// </summary>
/// <param name="maxBytes">Of all files together.</param>
internal sealed class DeploymentUpload(DeployedFiles files, long maxBytes)
{
    private const string FilePart = "file", ConfigPart = "config";
    private const string BodyRule = "the body must be multipart/form-data with parts named file, whose file names are paths below the version's folder, and at most one named config";

    /// <summary>A boundary of this protocol has at most 70 characters.</summary>
    private const int MaxBoundary = 70;

    private const int BlockBytes = 1 << 16;

    private long _bytes;

    /// <summary>Why <see cref="ReadAsync"/> gave another outcome than Ok.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The part at fault, where it is one.</summary>
    public string? Field { get; private set; }

    public async Task<ScoreStatus> ReadAsync(HttpContext context)
    {
        if (Boundary(context.Request) is not { } boundary) return Refuse(ScoreStatus.InvalidArgument, null, $"Content-Type is '{context.Request.ContentType}'; {BodyRule}");
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } coding && !coding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(ScoreStatus.UnknownCoding, null, $"Content-Encoding is '{coding}'; files go to the disk as they are sent, so it must be left out");
        }
        if (context.Request.ContentLength is { } length && CheckSize(length) is { } tooLarge) return Refuse(ScoreStatus.TooLarge, null, tooLarge);
        try
        {
            // Its own limit is behind ours, which has the better words.
            var reader = new MultipartReader(boundary, context.Request.Body, BlockBytes) { BodyLengthLimit = maxBytes + BlockBytes };
            while (await NextAsync(reader, context.RequestAborted) is { } section)
            {
                var status = await ReadPartAsync(section, context.RequestAborted);
                if (status != ScoreStatus.Ok) return status;
            }
            return ScoreStatus.Ok;
        }
        catch (Exception e) when (e is ConnectionResetException or OperationCanceledException or BadHttpRequestException || context.RequestAborted.IsCancellationRequested)
        {
            return Refuse(ScoreStatus.Cancelled, null, "the connection ended before all files had arrived; nothing of them is kept");
        }
        catch (InvalidDataException e)
        {
            return Refuse(ScoreStatus.InvalidArgument, null, $"the body is no form that can be read here: {e.Message}");
        }
    }

    // A body without the boundary ends too early for the reader, which is no fault of the disk.
    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellation);
        }
        catch (IOException e) when (e is not ConnectionResetException and not BadHttpRequestException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private async Task<ScoreStatus> ReadPartAsync(MultipartSection section, CancellationToken cancellation)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) return Refuse(ScoreStatus.InvalidArgument, null, BodyRule);
        var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        switch (name)
        {
            case ConfigPart:
                if (files.CreateConfig() is { } config) return await CopyAsync(section.Body, config, ConfigPart, ModelConfigReader.MaxBytes, cancellation);
                return Refuse(ScoreStatus.InvalidArgument, ConfigPart, "config is given twice");
            case FilePart:
                var path = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
                return files.Create(path, out var problem) is { } file
                    ? await CopyAsync(section.Body, file, FilePart, long.MaxValue, cancellation)
                    : Refuse(ScoreStatus.InvalidArgument, FilePart, $"file is '{path}'; {problem}");
            default: return Refuse(ScoreStatus.InvalidArgument, name, $"'{name}' is no part of a deployment; {BodyRule}");
        }
    }

    private async Task<ScoreStatus> CopyAsync(Stream from, FileStream to, string field, long most, CancellationToken cancellation)
    {
        await using (to)
        {
            var block = new byte[BlockBytes];
            for (var read = await from.ReadAsync(block, cancellation); read > 0; read = await from.ReadAsync(block, cancellation))
            {
                _bytes += read;
                if (_bytes > maxBytes) return Refuse(ScoreStatus.TooLarge, null, SizeRule);
                if (to.Position + read > most) return Refuse(ScoreStatus.TooLarge, field, $"{field} is larger than {most} bytes; a configuration is not");
                await to.WriteAsync(block.AsMemory(0, read), cancellation);
            }
            to.Flush(flushToDisk: true);
            return ScoreStatus.Ok;
        }
    }

    private string SizeRule => $"the files are larger than the {maxBytes} bytes that Models:MaxUploadMegabytes allows";

    private string? CheckSize(long length) => length > maxBytes + BlockBytes ? SizeRule
        : files.FreeBytes is var free && length > free ? $"the files have {length} bytes, and the repository's disk has {free} left"
        : null;

    private static string? Boundary(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)) return null;
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundary ? boundary : null;
    }

    private ScoreStatus Refuse(ScoreStatus status, string? field, string error)
    {
        (Field, Error) = (field, error);
        return status;
    }
}

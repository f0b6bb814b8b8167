using System.Text;
using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

public sealed class KnownHeaderNamesTests
{
    private static readonly Dictionary<KnownHeader, string> _names = new()
    {
        [KnownHeader.Method] = ":method",
        [KnownHeader.Scheme] = ":scheme",
        [KnownHeader.Authority] = ":authority",
        [KnownHeader.Path] = ":path",
        [KnownHeader.Status] = ":status",
        [KnownHeader.ContentType] = "content-type",
        [KnownHeader.ContentLength] = "content-length",
        [KnownHeader.Te] = "te",
        [KnownHeader.GrpcTimeout] = "grpc-timeout",
        [KnownHeader.GrpcEncoding] = "grpc-encoding",
        [KnownHeader.Authorization] = "authorization",
        [KnownHeader.ApiKey] = "x-api-key",
        [KnownHeader.CallerKey] = "x-caller-key",
        [KnownHeader.ModelVersion] = "x-model-version",
        [KnownHeader.GrpcAcceptEncoding] = "grpc-accept-encoding",
        [KnownHeader.TraceParent] = "traceparent",
        [KnownHeader.TraceState] = "tracestate",
    };

    [Fact]
    public void Each_known_header_is_found_by_its_name()
    {
        foreach (var known in Enum.GetValues<KnownHeader>().Where(known => known != KnownHeader.Other))
            Assert.Equal(known, KnownHeaderNames.Find(Encoding.ASCII.GetBytes(_names[known])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tE")]
    [InlineData(":paths")]
    [InlineData(":Path")]
    [InlineData(":schema")]
    [InlineData("grpc-timeou_")]
    [InlineData("content-lengtt")]
    [InlineData("user-agent")]
    public void Other_names_are_other(string name) => Assert.Equal(KnownHeader.Other, KnownHeaderNames.Find(Encoding.ASCII.GetBytes(name)));
}

using Appliance.Host.Rest.Transport;
using Microsoft.AspNetCore.Http;

namespace Appliance.Host.Tests.Rest.Transport;

public sealed class ArrivalThreadTests
{
    [Theory]
    [InlineData("POST", "/v2/models/m/infer", 700L, "", true)]
    [InlineData("POST", "/v2/models/m/versions/3/infer", 0L, "", true)]
    [InlineData("POST", "/v2/models/m/infer", 16L * 1024, "", true)]
    [InlineData("POST", "/v2/models/m/infer", (16L * 1024) + 1, "", false)]
    [InlineData("POST", "/v2/models/m/infer", long.MaxValue, "", false)]
    [InlineData("POST", "/v2/models/m/infer", null, "", false)]
    [InlineData("POST", "/v2/models/m/infer", 700L, "gzip", false)]
    [InlineData("GET", "/v2/models/m/infer", 700L, "", false)]
    [InlineData("POST", "/v2/models/m/generate", 700L, "", false)]
    [InlineData("POST", "/v2/repository/models/infer", 700L, "", false)]
    [InlineData("POST", "/v1/models/m:predict", 700L, "", false)]
    [InlineData("POST", "/api/predict/m", 700L, "", false)]
    [InlineData("PUT", "/api/models/m/versions/1", 700L, "", false)]
    public void Inferences_of_small_bodies_alone_are_short(string method, string path, long? length, string coding, bool isShort)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path, request.ContentLength) = (method, path, length);
        if (coding.Length > 0) request.Headers.ContentEncoding = coding;

        Assert.Equal(isShort, ArrivalThread.IsShort(request));
    }
}

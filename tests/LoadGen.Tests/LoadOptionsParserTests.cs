using Appliance.LoadGen;
using Appliance.LoadGen.Arrivals;
using Xunit;

namespace LoadGen.Tests;

public sealed class LoadOptionsParserTests
{
    [Fact]
    public void Every_option_reaches_its_setting()
    {
        var options = LoadOptionsParser.Parse(
            [
                "--url", "http://localhost:9000", "--protocol", "rest", "--model", "m", "--path", "/api/predict/m", "--body", "b.json",
                "--input-name", "x", "--input-shape", "2,3", "--rate", "50", "--arrivals", "constant", "--duration", "3", "--warmup", "1",
                "--connections", "5", "--max-in-flight", "6", "--drain", "7", "--seed", "8", "--output", "o.json",
            ],
            out var errors);

        Assert.Empty(errors);
        Assert.Equal(new Uri("http://localhost:9000"), options.Url);
        Assert.Equal(LoadProtocol.Rest, options.Protocol);
        Assert.Equal("m", options.Model);
        Assert.Equal("/api/predict/m", options.EffectivePath);
        Assert.Equal("b.json", options.BodyFile);
        Assert.Equal("x", options.InputName);
        Assert.Equal([2, 3], options.InputShape);
        Assert.Equal((50, 3, 1, 7), (options.Rate, options.Duration, options.Warmup, options.Drain));
        Assert.Equal(ArrivalKind.Constant, options.Arrivals);
        Assert.Equal((5, 6, 8), (options.Connections, options.MaxInFlight, options.Seed));
        Assert.Equal("o.json", options.Output);
    }

    [Fact]
    public void Many_models_and_a_deadline_are_asked_for_by_name()
    {
        var options = LoadOptionsParser.Parse(["--models", "50", "--one-model", "--deadline-ms", "20"], out var errors);

        Assert.Empty(errors);
        Assert.Equal((50, true, 20), (options.Models, options.IsOneModel, options.DeadlineMilliseconds));
    }

    [Theory]
    [InlineData("grpc", "/inference.GRPCInferenceService/ModelInfer")]
    [InlineData("rest", "/v2/models/m/infer")]
    public void Without_a_path_the_protocols_own_call_is_made(string protocol, string path) =>
        Assert.Equal(path, LoadOptionsParser.Parse(["--protocol", protocol, "--model", "m"], out _).EffectivePath);

    [Theory]
    [InlineData("--url", "ftp://a", "http://HOST:PORT without a path; --path gives the path")]
    [InlineData("--url", "http://a/b", "http://HOST:PORT without a path; --path gives the path")]
    [InlineData("--path", "api", "a path that starts with /")]
    [InlineData("--input-shape", "1,0", "whole numbers above 0 with commas between, 16777216 elements at most")]
    [InlineData("--input-shape", "16777216,2", "whole numbers above 0 with commas between, 16777216 elements at most")]
    [InlineData("--rate", "0", "a number from 0.001 to 10000000")]
    public void A_bad_value_is_refused_by_name_value_and_rule(string option, string value, string rule)
    {
        LoadOptionsParser.Parse([option, value], out var errors);

        Assert.Equal([$"{option} is '{value}'; it must be {rule}."], errors);
    }
}

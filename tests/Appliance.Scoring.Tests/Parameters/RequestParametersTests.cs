using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Parameters;
using TestKit;

namespace Appliance.Scoring.Tests.Parameters;

public sealed class RequestParametersTests
{
    private readonly BatchEntry _entry = new();

    [Theory]
    [InlineData("timeout")]
    [InlineData("priority")]
    [InlineData("sequence_id")]
    [InlineData("sequence_start")]
    [InlineData("sequence_end")]
    [InlineData("binary_data_output")]
    [InlineData("triton_enable_empty_final_response")]
    public void A_name_of_the_protocol_without_a_value_asks_for_nothing(string name) => Assert.Equal(ScoreStatus.Ok, Take(name, default));

    [Fact]
    public void What_clients_send_with_plain_requests_asks_for_nothing()
    {
        Assert.Equal(ScoreStatus.Ok, Take("sequence_id", ParameterValue.OfWhole(0)));
        Assert.Equal(ScoreStatus.Ok, Take("sequence_id", ParameterValue.OfText(""u8)));
        Assert.Equal(ScoreStatus.Ok, Take("priority", ParameterValue.OfSigned(0)));
        foreach (var name in new[] { "sequence_start", "sequence_end", "triton_enable_empty_final_response", "binary_data_output" })
        {
            Assert.Equal(ScoreStatus.Ok, Take(name, ParameterValue.OfFlag(false)));
        }
        Assert.Null(_entry.Error);
    }

    [Fact]
    public void Extensions_that_are_not_served_are_unsupported_when_a_request_asks_for_them()
    {
        AssertUnsupported("sequence_id", ParameterValue.OfWhole(7), "parameter 'sequence_id' asks for sequence batching, which is not supported");
        AssertUnsupported("sequence_id", ParameterValue.OfText("a"u8), "parameter 'sequence_id' asks for sequence batching, which is not supported");
        AssertUnsupported("sequence_start", ParameterValue.OfFlag(true), "parameter 'sequence_start' asks for sequence batching, which is not supported");
        AssertUnsupported("sequence_end", ParameterValue.OfFlag(true), "parameter 'sequence_end' asks for sequence batching, which is not supported");
        AssertUnsupported("triton_enable_empty_final_response", ParameterValue.OfFlag(true),
            "parameter 'triton_enable_empty_final_response' asks for an empty final response, which is not supported");
    }

    [Fact]
    public void A_value_that_is_not_what_the_name_takes_is_refused_with_both()
    {
        AssertRefused("timeout", ParameterValue.OfSigned(-1), "parameter 'timeout' is -1; it must be a whole number of microseconds");
        AssertRefused("timeout", ParameterValue.OfText("soon"u8), "parameter 'timeout' is \"soon\"; it must be a whole number of microseconds");
        AssertRefused("priority", ParameterValue.OfOther(1.5), "parameter 'priority' is 1.5; it must be a whole number from 0 up");
        AssertRefused("priority", ParameterValue.OfFlag(true), "parameter 'priority' is true; it must be a whole number from 0 up");
        AssertRefused("sequence_id", ParameterValue.OfFlag(false), "parameter 'sequence_id' is false; it must be a whole number from 0 up, or a string");
        AssertRefused("sequence_start", ParameterValue.OfWhole(0), "parameter 'sequence_start' is 0; it must be true or false");
        AssertRefused("binary_data_output", ParameterValue.Structure, "parameter 'binary_data_output' is an object or an array; it must be true or false");
        AssertRefused("timeout", ParameterValue.OfText(Encoding.ASCII.GetBytes(new string('9', 1000))),
            $"parameter 'timeout' is \"{new string('9', 60)}...\"; it must be a whole number of microseconds");
    }

    [Theory]
    [InlineData("headers")]
    [InlineData("triton_")]
    [InlineData("triton_final_response")]
    public void Reserved_names_are_refused_whatever_they_bring(string name)
    {
        AssertRefused(name, default, $"parameter '{name}' is reserved and cannot be sent; 'headers' and every name that starts with 'triton_' are");
        AssertRefused(name, ParameterValue.OfFlag(false), $"parameter '{name}' is reserved and cannot be sent; 'headers' and every name that starts with 'triton_' are");
    }

    [Theory]
    [InlineData("")]
    [InlineData("content_type")]
    [InlineData("Headers")]
    [InlineData("sequence_of_my_own")]
    [InlineData("timeouts")]
    public void Other_names_are_the_models_and_the_clients(string name)
    {
        Assert.Equal(ScoreStatus.Ok, Take(name, ParameterValue.OfSigned(-1)));
        Assert.Equal(ScoreStatus.Ok, Take(name, ParameterValue.Structure));
        Assert.Equal(0, _entry.TimeoutMicroseconds);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2500, 2500)]
    [InlineData(ulong.MaxValue, 3_153_600_000_000_000)]
    public void A_timeout_is_taken_and_a_hundred_years_at_most(ulong microseconds, long taken)
    {
        Assert.Equal(ScoreStatus.Ok, Take("timeout", ParameterValue.OfWhole(microseconds)));
        Assert.Equal(taken, _entry.TimeoutMicroseconds);
    }

    [Fact]
    public void Taking_parameters_allocates_nothing()
    {
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++) TakeAll();
        }));

        void TakeAll()
        {
            RequestParameters.Take("timeout"u8, ParameterValue.OfWhole(5), _entry);
            RequestParameters.Take("sequence_id"u8, ParameterValue.OfText(""u8), _entry);
            RequestParameters.Take("sequence_end"u8, ParameterValue.OfFlag(false), _entry);
            RequestParameters.Take("own"u8, ParameterValue.OfOther(0.5), _entry);
        }
    }

    private ScoreStatus Take(string name, in ParameterValue value) => RequestParameters.Take(Encoding.UTF8.GetBytes(name), value, _entry);

    private void AssertUnsupported(string name, in ParameterValue value, string error) => AssertEnds(ScoreStatus.Unsupported, name, value, error);

    private void AssertRefused(string name, in ParameterValue value, string error) => AssertEnds(ScoreStatus.InvalidArgument, name, value, error);

    private void AssertEnds(ScoreStatus status, string name, in ParameterValue value, string error)
    {
        Assert.Equal(status, Take(name, value));
        Assert.Equal(error, _entry.Error);
    }
}

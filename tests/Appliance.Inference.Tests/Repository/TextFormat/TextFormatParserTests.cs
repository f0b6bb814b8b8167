using System.Text;
using Appliance.Inference.Repository.TextFormat;
using Contracts.Inference;
using Contracts.Onnx;
using Google.Protobuf;
using Xunit;

namespace Appliance.Inference.Tests.Repository.TextFormat;

public class TextFormatParserTests
{
    private static T Read<T>(string text)
        where T : IMessage, new()
    {
        var message = new T();
        TextFormatParser.Parse(Encoding.UTF8.GetBytes(text), message);
        return message;
    }

    private static TextFormatException Refused<T>(string text)
        where T : IMessage, new() => Assert.Throws<TextFormatException>(() => Read<T>(text));

    [Theory]
    [InlineData("i: 0", 0L)]
    [InlineData("i: -0", 0L)]
    [InlineData("i: 42", 42L)]
    [InlineData("i: -42", -42L)]
    [InlineData("i: - 42", -42L)]
    [InlineData("i: - # minus\n 42", -42L)]
    [InlineData("i: 0x1F", 31L)]
    [InlineData("i: -0XfF", -255L)]
    [InlineData("i: 017", 15L)]
    [InlineData("i: 00", 0L)]
    [InlineData("i: 9223372036854775807", long.MaxValue)]
    [InlineData("i: -9223372036854775808", long.MinValue)]
    [InlineData("i:7,", 7L)]
    [InlineData("i:7;", 7L)]
    public void Whole_numbers_are_decimal_octal_or_hexadecimal(string text, long value) =>
        Assert.Equal(value, Read<AttributeProto>(text).I);

    [Theory]
    [InlineData("i: 9223372036854775808", "9223372036854775808 is out of range; it must be -9223372036854775808 to 9223372036854775807")]
    [InlineData("i: 99999999999999999999", "'99999999999999999999' is out of range; no field takes more than 64 bits")]
    [InlineData("i: 08", "a number that starts with 0 is octal; its digits are 0 to 7")]
    [InlineData("i: 0x", "0x needs at least one hexadecimal digit behind it")]
    [InlineData("i: 12ab", "a number cannot have 'a' directly behind it")]
    [InlineData("i: 0x12.5", "a number cannot have '.' directly behind it")]
    [InlineData("i: 1.0", "'1.0' stands where a whole number is expected")]
    [InlineData("i: \"1\"", "'\"1\"' stands where a whole number is expected")]
    [InlineData("i: --1", "'-' stands where a whole number is expected")]
    [InlineData("i: +1", "the byte 0x2b stands outside a string; only names, numbers, strings and { } < > [ ] : , ; - may")]
    [InlineData("i:", "the end of the text stands where a whole number is expected")]
    [InlineData("i 1", "'1' stands where ':' and a value is expected")]
    [InlineData("i: [1]", "'[' stands where a whole number is expected")]
    public void A_whole_number_that_is_none_is_refused(string text, string problem)
    {
        var error = Refused<AttributeProto>(text);
        Assert.Equal(problem, error.Problem);
        Assert.Equal("i", error.FieldPath);
    }

    [Theory]
    [InlineData("max_batch_size: 2147483648", "max_batch_size", "2147483648 is out of range; it must be -2147483648 to 2147483647")]
    [InlineData("optimization { gather_kernel_buffer_threshold: -1 }", "optimization.gather_kernel_buffer_threshold", "'-' stands where a whole number of at least 0 is expected")]
    [InlineData("optimization { gather_kernel_buffer_threshold: 4294967296 }", "optimization.gather_kernel_buffer_threshold", "4294967296 is out of range; it must be 0 to 4294967295")]
    public void Each_type_has_its_own_range(string text, string field, string problem)
    {
        var error = Refused<ModelConfig>(text);
        Assert.Equal((field, problem), (error.FieldPath, error.Problem));
    }

    [Theory]
    [InlineData("1", 1d)]
    [InlineData("1.5", 1.5)]
    [InlineData("-1.5", -1.5)]
    [InlineData("1.", 1d)]
    [InlineData(".5", 0.5)]
    [InlineData("1.5f", 1.5)]
    [InlineData("1F", 1d)]
    [InlineData("1e3", 1000d)]
    [InlineData("1E-3", 0.001)]
    [InlineData("0.25e+2f", 25d)]
    [InlineData("0e0", 0d)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("- Infinity", double.NegativeInfinity)]
    [InlineData("NaN", double.NaN)]
    [InlineData("-nan", double.NaN)]
    [InlineData("18446744073709551616", 18446744073709551616d)]
    [InlineData("1e999", double.PositiveInfinity)]
    public void Decimal_numbers(string text, double value)
    {
        Assert.Equal(value, Assert.Single(Read<TensorProto>($"double_data: {text}").DoubleData));
        Assert.Equal((float)value, Read<AttributeProto>($"f: {text}").F);
    }

    [Theory]
    [InlineData("0x1F")]
    [InlineData("017")]
    [InlineData("true")]
    [InlineData("infinite")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("1 . 5")]
    [InlineData("'1'")]
    public void What_is_no_decimal_number_is_refused(string text) => Refused<AttributeProto>($"f: {text} name: 'x'");

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("t", true)]
    [InlineData("1", true)]
    [InlineData("0x1", true)]
    [InlineData("false", false)]
    [InlineData("False", false)]
    [InlineData("f", false)]
    [InlineData("0", false)]
    [InlineData("00", false)]
    public void Booleans(string text, bool value) => Assert.Equal(value, Read<ModelInput>($"optional: {text}").Optional);

    [Theory]
    [InlineData("2", "2 is out of range; it must be 0 to 1")]
    [InlineData("TRUE", "'TRUE' stands where true or false is expected")]
    [InlineData("yes", "'yes' stands where true or false is expected")]
    [InlineData("\"true\"", "'\"true\"' stands where true or false is expected")]
    public void What_is_no_boolean_is_refused(string text, string problem) =>
        Assert.Equal(problem, Refused<ModelInput>($"optional: {text}").Problem);

    [Fact]
    public void An_enum_goes_by_name_or_number()
    {
        Assert.Equal(DataType.TypeBf16, Read<ModelInput>("data_type: TYPE_BF16").DataType);
        Assert.Equal(DataType.TypeBf16, Read<ModelInput>("data_type: 14").DataType);
        Assert.Equal("'TYPE_FLOAT' is not a value of Format; there are FORMAT_NONE, FORMAT_NHWC, FORMAT_NCHW",
            Refused<ModelInput>("format: TYPE_FLOAT").Problem);
        Assert.Equal("'3' is not a value of Format; there are FORMAT_NONE, FORMAT_NHWC, FORMAT_NCHW",
            Refused<ModelInput>("format: 3").Problem);
        Assert.Equal("'-' is not a value of Format; there are FORMAT_NONE, FORMAT_NHWC, FORMAT_NCHW",
            Refused<ModelInput>("format: -1").Problem);
        Assert.Equal("'\"FORMAT_NCHW\"' stands where one of FORMAT_NONE, FORMAT_NHWC, FORMAT_NCHW is expected",
            Refused<ModelInput>("format: \"FORMAT_NCHW\"").Problem);
    }

    [Fact]
    public void Strings_side_by_side_are_one()
    {
        Assert.Equal("onetwothree", Read<ModelConfig>("name: 'one' \"two\"# and\n 'three'").Name);
        Assert.Equal(["a", "bc", ""], Read<ModelOperations>("op_library_filename: ['a', 'b' \"c\", '']").OpLibraryFilename);
        Assert.Equal(ByteString.CopyFrom(0xff, 0x00, (byte)'a'), Read<AttributeProto>("s: '\\xff\\000a'").S);
    }

    [Fact]
    public void A_string_is_valid_utf8_and_bytes_need_not_be()
    {
        var latin1 = Encoding.Latin1.GetBytes("'\u00e4'");
        Assert.Equal("a string must be valid UTF-8", Assert.Throws<TextFormatException>(() =>
            TextFormatParser.Parse((byte[])[.. "name: "u8, .. latin1], new ModelConfig())).Problem);
        var attribute = new AttributeProto();
        TextFormatParser.Parse((byte[])[.. "s: "u8, .. latin1], attribute);
        Assert.Equal(ByteString.CopyFrom(0xe4), attribute.S);
    }

    [Fact]
    public void Comments_blanks_and_a_byte_order_mark_are_skipped()
    {
        var config = new ModelConfig();
        TextFormatParser.Parse((byte[])[.. "\uFEFF# caf"u8, 0xe9, .. "\r\n\t\v\f name # { \"\n:\r\n'x'#"u8], config);
        Assert.Equal("x", config.Name);
    }

    [Theory]
    [InlineData("input { name: 'a' dims: 1 dims: 2 } input { name: 'b' }")]
    [InlineData("input: { name: 'a', dims: [1, 2] }, input: { name: 'b' };")]
    [InlineData("input < name: 'a'; dims: [1] dims: [2] > input: < name: 'b' >")]
    [InlineData("input [ { name: 'a' dims: [ 1, 2 ] }, < name: 'b' dims: [] > ]")]
    [InlineData("input: [{name:'a'dims:[1,2]}]input:[]input:[{name:'b'}]")]
    public void A_message_has_many_spellings(string text)
    {
        var expected = new ModelConfig { Input = { new ModelInput { Name = "a", Dims = { 1, 2 } }, new ModelInput { Name = "b" } } };
        Assert.Equal(expected, Read<ModelConfig>(text));
    }

    [Theory]
    [InlineData("input { name: 'a'", 1, 18, "input[0]", "the end of the text stands where a field name or } is expected")]
    [InlineData("input { name: 'a' >", 1, 19, "input[0]", "'>' stands where a field name is expected")]
    [InlineData("input [ { } { } ]", 1, 13, "input", "'{' stands where ',' or ']' is expected")]
    [InlineData("input [ { }, ]", 1, 14, "input[1]", "']' stands where '{' is expected")]
    [InlineData("input: 1", 1, 8, "input[0]", "'1' stands where '{' is expected")]
    [InlineData("input {\n  dims: [ 1, 2, ]\n}", 2, 17, "input[0].dims[2]", "']' stands where a whole number is expected")]
    [InlineData("}", 1, 1, "", "'}' stands where a field name is expected")]
    [InlineData("input { },, input { }", 1, 11, "", "',' stands where a field name is expected")]
    [InlineData("1: 2", 1, 1, "", "'1' stands where a field name is expected")]
    [InlineData("[a.b/c.D] { }", 1, 1, "", "a name in brackets is an extension or an Any type; ModelConfig has neither")]
    [InlineData("\n\n  \u00e4: 1", 3, 3, "", "the byte 0xc3 stands outside a string; only names, numbers, strings and { } < > [ ] : , ; - may")]
    [InlineData("name: 'a\nb'", 1, 7, "name", "the string is not closed by ' on its line")]
    [InlineData("name: 'a", 1, 7, "name", "the string is not closed by ' on its line")]
    [InlineData("name: 'a\\", 1, 7, "name", "the string is not closed by ' on its line")]
    [InlineData("name: '\u00e4\u00e4' x: 1", 1, 12, "x", "ModelConfig has no field of this name")]
    public void A_broken_text_is_cited_by_line_column_and_field(string text, int line, int column, string field, string problem)
    {
        var error = Refused<ModelConfig>(text);
        Assert.Equal((new FieldPosition(line, column), field, problem), (error.Position, error.FieldPath, error.Problem));
        Assert.Contains($"line {line}, column {column}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_field_is_an_error_where_it_stands()
    {
        var error = Refused<ModelConfig>("name: 'x'\ndynamic_batching {\n  preferred_batch_sizes: [ 4 ]\n}\n");
        Assert.Equal("line 3, column 3: dynamic_batching.preferred_batch_sizes: ModelDynamicBatching has no field of this name",
            error.Message);
    }

    [Fact]
    public void A_single_field_is_given_once()
    {
        Assert.Equal("the field is given twice, first on line 1, and is not a repeated one",
            Refused<ModelConfig>("name: 'x'\nname: 'x'").Problem);
        Assert.Equal("the field is given twice, first on line 1, and is not a repeated one",
            Refused<ModelConfig>("optimization { }\noptimization { }").Problem);
        Assert.Equal("'[' stands where '{' is expected", Refused<ModelConfig>("optimization [ { } ]").Problem);
    }

    [Fact]
    public void Members_of_a_oneof_exclude_each_other()
    {
        var error = Refused<ModelConfig>("dynamic_batching { }\nmax_batch_size: 8\nsequence_batching { }");
        Assert.Equal("the field excludes dynamic_batching on line 1; only one of scheduling_choice may be set", error.Problem);
        Assert.Equal(new FieldPosition(3, 1), error.Position);
        Assert.Equal(ModelVersionPolicy.PolicyChoiceOneofCase.All,
            Read<ModelConfig>("version_policy: { all {} }").VersionPolicy.PolicyChoiceCase);
    }

    [Fact]
    public void Map_entries_are_messages_of_key_and_value()
    {
        var config = Read<ModelConfig>("""
            parameters { key: "a" value { string_value: "1" } }
            parameters: { value: < string_value: "2" > ; key: "b" }
            parameters [ { key: "c", value: { } }, { key: "d" } ]
            metric_tags { key: 'x' value: 'y' }
            dynamic_batching { priority_queue_policy { key: 2 value { max_queue_size: 3 } } }
            """);
        Assert.Equal(["a=1", "b=2", "c=", "d="],
            config.Parameters.OrderBy(entry => entry.Key).Select(entry => $"{entry.Key}={entry.Value.StringValue}"));
        Assert.Equal("y", config.MetricTags["x"]);
        Assert.Equal(3u, config.DynamicBatching.PriorityQueuePolicy[2].MaxQueueSize);
    }

    [Theory]
    [InlineData("metric_tags { key: 'x' value: 'y' }\nmetric_tags { key: 'x' value: 'z' }", 2, "metric_tags[\"x\"]", "the key is given twice")]
    [InlineData("metric_tags { key: 'x' key: 'y' }", 1, "metric_tags[0].key", "the field is given twice, first on line 1, and is not a repeated one")]
    [InlineData("metric_tags { name: 'x' }", 1, "metric_tags[0].name", "an entry of a map has key and value alone")]
    [InlineData("parameters { key: 'x' value: 'y' }", 1, "parameters[0].value", "''y'' stands where '{' is expected")]
    public void A_map_keeps_every_entry_or_refuses_it(string text, int line, string field, string problem)
    {
        var error = Refused<ModelConfig>(text);
        Assert.Equal((line, field, problem), (error.Position.Line, error.FieldPath, error.Problem));
    }

    [Fact]
    public void Depth_is_bounded()
    {
        static string Nested(int depth) =>
            string.Concat(Enumerable.Repeat("g{node{attribute{", depth)) + string.Concat(Enumerable.Repeat("}}}", depth));
        Read<AttributeProto>(Nested(TextFormatParser.MaxDepth / 3));
        var error = Refused<AttributeProto>(Nested(10_000));
        Assert.Equal("messages lie more than 100 deep in each other", error.Problem);
    }

    [Fact]
    public void Every_field_is_found_again_by_its_path()
    {
        var positions = TextFormatParser.Parse("""
            name: "x"
            input [
              {
                name: "a"
                dims: [ 1,
                        2 ]
              }
            ]
            input { dims: 3 dims: 4 }
            parameters {
              key: "memory.arena"
              value: { string_value: "1" }
            }
            optimization {
              graph { level: 1 }
            }
            """u8.ToArray(), new ModelConfig());
        FieldPosition? At(string path) => positions.TryFind(path, out var position) ? position : null;
        Assert.Equal(new FieldPosition(1, 1), At("name"));
        Assert.Equal(new FieldPosition(2, 1), At("input"));
        Assert.Equal(new FieldPosition(3, 3), At("input[0]"));
        Assert.Equal(new FieldPosition(5, 5), At("input[0].dims"));
        Assert.Equal(new FieldPosition(6, 13), At("input[0].dims[1]"));
        Assert.Equal(new FieldPosition(9, 7), At("input[1]"));
        Assert.Equal(new FieldPosition(9, 9), At("input[1].dims"));
        Assert.Equal(new FieldPosition(9, 23), At("input[1].dims[1]"));
        Assert.Equal(new FieldPosition(10, 12), At("parameters[\"memory.arena\"]"));
        Assert.Equal(new FieldPosition(12, 12), At("parameters[\"memory.arena\"].string_value"));
        Assert.Equal(new FieldPosition(15, 11), At("optimization.graph.level"));
        Assert.Null(At("output"));
        Assert.Equal(new FieldPosition(15, 3), positions.Nearest("optimization.graph.other"));
        Assert.Equal(new FieldPosition(3, 3), positions.Nearest("input[0].data_type"));
        Assert.Null(positions.Nearest("output[0].name"));
    }
}

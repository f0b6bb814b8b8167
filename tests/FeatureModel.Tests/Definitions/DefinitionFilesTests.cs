using System.Text;
using FeatureModel.Definitions;
using TestKit;

namespace FeatureModel.Tests.Definitions;

public sealed class DefinitionFilesTests
{
    [Fact]
    public void A_folder_is_read_whole_in_the_order_of_its_paths()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["deep/er"]);
        Directory.CreateDirectory(folder[".data"]);
        File.WriteAllText(folder["b.json"], """{"entities":[{"name":"second"}]}""");
        File.WriteAllText(folder["a.json"], """{"entities":[{"name":"first"},{"name":"and"}]}""");
        File.WriteAllText(folder["deep/er/c.json"], """{"sources":[{"name":"third","kind":"push"}]}""");
        File.WriteAllText(folder["notes.txt"], "no JSON");
        File.WriteAllText(folder[".data/hidden.json"], """{"entities":[{"name":"hidden"}]}""");

        var read = DefinitionFiles.ReadFolder(folder.Path);

        Assert.Empty(read.Errors);
        Assert.Equal(["first", "and", "second", "third"], read.Definitions.All.Select(d => d.Name));
        Assert.Equal(new DefinitionOrigin("a.json", "$.entities[1]"), read.Definitions.Entities[1].Origin);
        Assert.Equal(new DefinitionOrigin(Path.Combine("deep", "er", "c.json"), "$.sources[0]"), read.Definitions.Sources[0].Origin);
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_taken()
    {
        var read = Read("\uFEFF// first\n{ /* inner */ \"entities\": [ { \"name\": \"member\", \"tags\": { \"a\": \"b\", }, }, ], }");
        Assert.Empty(read.Errors);
        Assert.Equal("b", Assert.Single(read.Definitions.Entities).Tags["a"]);
    }

    [Fact]
    public void A_default_with_a_comment_inside_is_read()
    {
        var read = Read("""{"featureViews":[{"name":"v","features":[{"name":"f","type":"list<int64>","default":[1, /* two */ 2,]}]}]}""");
        Assert.Empty(read.Errors);
        Assert.Equal(2, read.Definitions.FeatureViews[0].Features[0].Default!.Value.GetArrayLength());
    }

    [Theory]
    [InlineData("""{"entitys":[]}""", "$.entitys", "[]", "the property is unknown; did you mean 'entities'?")]
    [InlineData("""{"featureViews":[{"name":"v","features":[{"naem":"f"}]}]}""", "$.featureViews[0].features[0].naem", "'f'",
        "the property is unknown; did you mean 'name'?")]
    [InlineData("""{"entities":[{"origin":{}}]}""", "$.entities[0].origin", "{}", "the property is unknown; known are description, joinKeys, name, owner, tags")]
    [InlineData("""{"entities":{}}""", "$.entities", "{}", "it must be an array")]
    [InlineData("""{"entities":[7]}""", "$.entities[0]", "7", "it must be an object")]
    [InlineData("""{"entities":[{"name":7}]}""", "$.entities[0].name", "7", "it must be a string")]
    [InlineData("""{"entities":[{"name":"a","name":"b"}]}""", "$.entities[0].name", "'b'", "the property is given twice")]
    [InlineData("""{"entities":[{"tags":{"k":1}}]}""", "$.entities[0].tags.k", "1", "it must be a string")]
    [InlineData("""{"entities":[{"tags":{"k":"1","k":"2"}}]}""", "$.entities[0].tags.k", "'2'", "the key is given twice")]
    [InlineData("""{"entities":[null]}""", "$.entities[0]", "null", "null is no value here; leave the property out")]
    [InlineData("""{"featureViews":[{"ttl":null}]}""", "$.featureViews[0].ttl", "null", "null is no value here; leave the property out")]
    [InlineData("""{"featureViews":[{"features":[{"dimension":1.5}]}]}""", "$.featureViews[0].features[0].dimension", "1.5", "it must be a whole number of 32 bits")]
    [InlineData("""{"featureViews":[{"features":[{"aggregate":[]}]}]}""", "$.featureViews[0].features[0].aggregate", "[]", "it must be an object")]
    [InlineData("""{"sources":[{"timeless":"yes"}]}""", "$.sources[0].timeless", "'yes'", "it must be true or false")]
    [InlineData("""[]""", "$", "[]", "it must be an object")]
    [InlineData("""null""", "$", "null", "null is no value here; leave the property out")]
    public void A_wrong_shape_is_refused_with_path_value_and_rule(string json, string path, string value, string rule) =>
        Assert.Equal(new DefinitionError("body", path, value, rule), Assert.Single(Read(json).Errors));

    [Fact]
    public void A_property_that_resembles_none_is_answered_with_those_that_there_are()
    {
        var error = Assert.Single(Read("""{"entities":[{"zzzzzzzzzz":1}]}""").Errors);
        Assert.Equal("the property is unknown; known are description, joinKeys, name, owner, tags", error.Rule);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\n\"entities\": [\n  {,}\n]}")]
    [InlineData("{\"entities\": []} x")]
    [InlineData("{\"entities\": [\"\\ud800\"]}")]
    public void Broken_JSON_is_one_error(string json)
    {
        var error = Assert.Single(Read(json).Errors);
        Assert.Equal("body", error.File);
    }

    [Fact]
    public void The_line_of_broken_JSON_is_named() =>
        Assert.StartsWith("the JSON is wrong at line 3:", Assert.Single(Read("{\n\"entities\": [\n  {,}\n]}").Errors).Rule, StringComparison.Ordinal);

    [Fact]
    public void Nesting_without_end_is_refused() => Assert.Single(Read(string.Concat(Enumerable.Repeat("[", 100_000))).Errors);

    [Fact]
    public void The_errors_of_all_files_are_reported_together()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.json"], """{"entities":[{"nam":"x","ownr":"y"}]}""");
        File.WriteAllText(folder["b.json"], "{");
        File.WriteAllText(folder["c.json"], """{"entities":[{"name":"sound"}]}""");
        File.WriteAllText(folder["d.json"], """{"sources":[7]}""");

        var read = DefinitionFiles.ReadFolder(folder.Path);

        Assert.False(read.Succeeded);
        Assert.Equal(["a.json", "a.json", "b.json", "d.json"], read.Errors.Select(e => e.File));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_and_no_empty_set()
    {
        var error = Assert.Single(DefinitionFiles.ReadFolder("/no/such/folder").Errors);
        Assert.StartsWith("/no/such/folder: the features folder cannot be read", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_declares_nothing()
    {
        using var folder = new TemporaryFolder();
        var read = DefinitionFiles.ReadFolder(folder.Path);
        Assert.True(read.Succeeded);
        Assert.Empty(read.Definitions.All);
    }

    [Fact]
    public void A_file_above_the_limit_is_refused_unread()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder["big.json"])) file.SetLength(DefinitionFiles.MaxBytes + 1L);
        Assert.Equal($"big.json: the file has {DefinitionFiles.MaxBytes + 1} bytes; {DefinitionFiles.MaxBytes} are taken",
            Assert.Single(DefinitionFiles.ReadFolder(folder.Path).Errors).ToString());
    }

    [Fact]
    public void A_long_value_is_shortened_and_control_characters_are_spelt_out()
    {
        var error = Assert.Single(Read($$"""{"entities":"{{new string('x', 500)}}"}""").Errors);
        Assert.Equal("'" + new string('x', 120) + "...'", error.Value);
        Assert.Equal(@"'a\u000ab'", Assert.Single(Read("""{"entities":"a\nb"}""").Errors).Value);
    }

    private static ReadDefinitions Read(string json) => DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(json), "body");
}

using System.Text.Json;

namespace TestKit.Tests;

public sealed class OpenApiDocumentTests
{
    private static readonly OpenApiDocument Document = new(JsonDocument.Parse(
        """
        {
          "paths": {
            "/v2/{model}": { "get": { "responses": { "200": { "$ref": "#/components/responses/Number" } } } },
            "/v2/stats": { "get": { "responses": { "200": { "content": { "application/json": { "schema": { "type": "string" } } } } } } },
            "/api/rows": { "$ref": "#/components/pathItems/Rows" }
          },
          "components": {
            "pathItems": { "Rows": { "parameters": [], "post": { "responses": { "default": { "$ref": "#/components/responses/Number" } } } } },
            "responses": { "Number": { "content": { "application/json": { "schema": { "type": "number" } } } } },
            "schemas": { "Error": { "required": ["error"] }, "ApiError": { "required": ["code"] } }
          }
        }
        """).RootElement);

    [Theory]
    [InlineData("GET", "/v2/m", 200, "application/json", "1", true)]
    [InlineData("GET", "/v2/m", 200, "application/json", "\"a\"", false)]
    [InlineData("GET", "/v2/m", 200, "text/plain", "1", false)]
    [InlineData("GET", "/v2/m", 500, "application/json", "1", false)]
    [InlineData("GET", "/v2/stats", 200, "application/json", "\"a\"", true)]
    [InlineData("GET", "/v2/m/more", 200, "application/json", "1", false)]
    [InlineData("POST", "/v2/m", 405, "application/json", """{"error":"a"}""", true)]
    [InlineData("POST", "/v2/m", 405, "application/json", """{"code":405}""", false)]
    [InlineData("POST", "/api/rows", 418, "application/json", "1", true)]
    [InlineData("GET", "/api/rows", 405, "application/json", """{"code":405}""", true)]
    [InlineData("GET", "/api/rows", 405, "application/json", """{"error":"a"}""", false)]
    public void An_answer_passes_where_it_is_what_the_call_is_documented_to_answer(string method, string path, int status, string type, string body, bool passes) =>
        Assert.Equal(passes, Document.Check(method, path, status, type, JsonDocument.Parse(body).RootElement).Count == 0);

    [Fact]
    public void Operations_are_found_behind_references_too() =>
        Assert.Equal(["get /v2/{model}", "get /v2/stats", "post /api/rows"], Document.Operations.Select(o => $"{o.Method} {o.Path}"));
}

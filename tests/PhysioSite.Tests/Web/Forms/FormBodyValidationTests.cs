using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using PhysioSite.Web;
using PhysioSite.Web.Forms;

namespace PhysioSite.Tests.Web.Forms;

/// <summary>The size of a body and whether it may contain files are properties of the endpoint, here with a real server.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes of it through IAsyncLifetime.")]
public sealed class FormBodyValidationTests : IAsyncLifetime
{
    private const int MaxUpload = 1_000_000;

    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddServerLimits();
        _app = builder.Build();
        _app.UseRouting();
        _app.UseFormBodyValidation();
        _app.MapPost("/form", (HttpRequest request) => $"{request.Form.Files.Count} files");
        _app.MapPost("/upload", (HttpRequest request) => $"{request.Form.Files.Count} files, {request.Form.Files[0].Length} bytes")
            .WithMetadata(new AllowFileUploadsAttribute(MaxUpload));
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/upload", 10, HttpStatusCode.OK, "1 files, 10 bytes")]
    [InlineData("/upload", 900_000, HttpStatusCode.OK, "1 files, 900000 bytes")]
    [InlineData("/upload", 1_100_000, HttpStatusCode.RequestEntityTooLarge, "")]
    [InlineData("/form", 10, HttpStatusCode.BadRequest, "")]
    [InlineData("/form", 900_000, HttpStatusCode.RequestEntityTooLarge, "")]
    public async Task Post_WithAFile_DependsOnTheEndpoint(string path, int bytes, HttpStatusCode status, string text)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[bytes]), "resume", "resume.pdf" } };

        // The server refuses a body that is too large before it is sent, and closes the connection.
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form, Headers = { ExpectContinue = true } };
        using var answer = await _client.SendAsync(request);

        Assert.Equal((status, text), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Post_WithoutAFile_IsReadByAnOrdinaryEndpoint()
    {
        using var form = new StringContent("name=Ada", Encoding.UTF8, "application/x-www-form-urlencoded");

        using var answer = await _client.PostAsync("/form", form);

        Assert.Equal("0 files", await answer.Content.ReadAsStringAsync());
    }
}

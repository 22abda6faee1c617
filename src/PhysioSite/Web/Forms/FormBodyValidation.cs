using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace PhysioSite.Web.Forms;

/// <summary>
/// Allows the forms of an endpoint to contain files. Every other endpoint refuses files, and bodies larger than the limit of the server.
/// </summary>
/// <param name="maxBytes">The maximum size of a request body, files included, in bytes.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AllowFileUploadsAttribute(int maxBytes) : Attribute, IRequestSizeLimitMetadata
{
    public int MaxBytes { get; } = maxBytes;

    /// <summary>Read by the routing middleware, which sets the limit of the server for this request.</summary>
    long? IRequestSizeLimitMetadata.MaxRequestBodySize => MaxBytes;
}

public static class FormBodyValidation
{
    /// <summary>
    /// Reads the form before any handler accesses a field, so that a form that is too large or malformed gets an error response and
    /// is not treated as empty. Must run after routing, because the limits depend on the endpoint.
    /// </summary>
    public static IApplicationBuilder UseFormBodyValidation(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        // A page with a status code is rendered for a request whose form was read already.
        if (context.Request.HasFormContentType && context.Features.Get<IStatusCodeReExecuteFeature>() is null)
        {
            var uploads = context.GetEndpoint()?.Metadata.GetMetadata<AllowFileUploadsAttribute>();
            if (uploads is not null)
            {
                context.Features.Set<IFormFeature>(new FormFeature(context.Request, LimitsFor(context, uploads.MaxBytes)));
            }

            if (await ReadAsync(context, allowFiles: uploads is not null) is { } refusal)
            {
                context.Response.StatusCode = refusal;
                return;
            }
        }

        await next(context);
    });

    /// <returns>The status code of the refusal. Null when the form was read.</returns>
    private static async Task<int?> ReadAsync(HttpContext context, bool allowFiles)
    {
        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            return form.Files.Count > 0 && !allowFiles ? StatusCodes.Status400BadRequest : null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The client sends the body and names its encoding, so every failure is the client's, for example an unfinished body. The
            // error page must not read the form again.
            context.Features.Set<IFormFeature>(new FormFeature(FormCollection.Empty));
            return e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest;
        }
    }

    private static FormOptions LimitsFor(HttpContext context, int maxBytes)
    {
        var usual = context.RequestServices.GetRequiredService<IOptions<FormOptions>>().Value;
        return new FormOptions
        {
            ValueCountLimit = usual.ValueCountLimit,
            KeyLengthLimit = usual.KeyLengthLimit,
            ValueLengthLimit = usual.ValueLengthLimit,
            BufferBodyLengthLimit = maxBytes,
            MultipartBodyLengthLimit = maxBytes,
            MemoryBufferThreshold = maxBytes,
        };
    }
}

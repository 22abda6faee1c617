using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.AspNetCore.WebUtilities;

namespace PhysioSite.Features.Staff.Shared;

/// <summary>Adds the <see cref="ReturnUrl"/> of a request's page to the forms and buttons of the page that post to a request.</summary>
[HtmlTargetElement("form", Attributes = "method")]
[HtmlTargetElement("button")]
public sealed class ReturnUrlTagHelper : TagHelper
{
    private const string RequestPath = "/staff/requests/";

    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>After the tag helpers of ASP.NET Core, which write the URL.</summary>
    public override int Order => int.MaxValue;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var name = output.TagName == "form" ? "action" : "formaction";
        if (output.Attributes[name]?.Value?.ToString() is { } url
            && url.StartsWith(RequestPath, StringComparison.Ordinal)
            && ReturnUrl.Of(ViewContext.HttpContext.Request) is { } returnUrl)
        {
            output.Attributes.SetAttribute(name, QueryHelpers.AddQueryString(url, ReturnUrl.Name, returnUrl));
        }
    }
}

/// <summary>Keeps the <see cref="ReturnUrl"/> when a page of a request redirects to a page of the request.</summary>
internal sealed class ReturnUrlFilter : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is RedirectToPageResult { RouteValues: { } values }
            && values.ContainsKey("reference")
            && ReturnUrl.Of(context.HttpContext.Request) is { } returnUrl)
        {
            values[ReturnUrl.Name] = returnUrl;
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}

using FluentValidation;
using PhysioSite.Content;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Localization;

namespace PhysioSite.Tests.Features.Appointments.Request;

/// <summary>One validator serves all HTTP requests, in the language of each reader and with the current content.</summary>
public sealed class RequestFormValidatorTests
{
    private const string English = "Enter your full name";
    private const string Spanish = "Escriba su nombre completo";

    private static readonly RequestForm WithoutName = new() { Zip = "53703", Phone = "608 555 0142" };

    [Fact]
    public void Validators_OfEveryForm_AreOneInstanceForAllRequests()
    {
        using var site = new Site();
        var validators = typeof(RequestForm).Assembly.GetTypes()
            .Where(type => type.BaseType is { IsGenericType: true } parent
                && parent.GetGenericTypeDefinition() == typeof(AbstractValidator<>))
            .Select(type => typeof(IValidator<>).MakeGenericType(type.BaseType!.GenericTypeArguments))
            .ToList();
        using var first = site.Services.CreateScope();
        using var second = site.Services.CreateScope();

        Assert.Contains(typeof(IValidator<RequestAnswers>), validators);
        Assert.All(
            validators,
            validator => Assert.Same(
                first.ServiceProvider.GetRequiredService(validator),
                second.ServiceProvider.GetRequiredService(validator)));
    }

    [Fact]
    public async Task Validator_UsedInTwoLanguagesAtOnce_AnswersEachInItsOwn()
    {
        using var site = new Site();
        var spanish = site.Services.GetRequiredService<ContentLibrary>()
            .Languages.Single(content => content.Language.Code == "es")
            .Language;

        var messages = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() =>
        {
            using var culture = new CultureScope(i % 2 == 0 ? Language.English : spanish);
            return (IsEnglish: i % 2 == 0, Message: Assert.Single(site.ErrorsOf(WithoutName)).ErrorMessage);
        })));

        Assert.All(messages, answer => Assert.Equal(answer.IsEnglish ? English : Spanish, answer.Message));
    }

    [Fact]
    public void Validator_AfterTheContentChanged_KnowsTheNewContent()
    {
        using var content = new ContentCopy();
        using var site = new Site();
        site.Settings["Content:Folder"] = content.Folder;
        var form = new RequestForm { Clinic = "berkeley", Visit = "video", Name = "Ada Example", Phone = "608 555 0142" };
        Assert.Equal("visit", Assert.Single(site.ErrorsOf(form)).PropertyName);

        content.Replace("clinics/berkeley.md", "visits: [clinic]", "visits: [clinic, video]");
        site.Services.GetRequiredService<ContentLibrary>().Reload();

        Assert.Empty(site.ErrorsOf(form));
    }
}

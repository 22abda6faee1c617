using FluentValidation;
using PhysioSite.Features.Appointments.Indexing;

namespace PhysioSite.Features.Staff.Requests.Search;

public sealed class SearchForm
{
    public string? Words { get; set; }

    /// <summary>The slug of one of the user's clinics; empty for all of them.</summary>
    public string? Clinic { get; set; }
}

internal sealed class SearchFormValidator : AbstractValidator<SearchForm>
{
    public SearchFormValidator()
    {
        RuleLevelCascadeMode = CascadeMode.Stop;
        RuleFor(form => form.Words)
            .Must(words => words?.Trim() is { } typed && (typed.Length >= RequestSearch.Shortest || typed.Any(SearchTerms.MayBeName)))
                .WithMessage($"Enter at least {RequestSearch.Shortest} letters or digits")
            .Must(words => words!.Trim().Length <= RequestSearch.Longest)
                .WithMessage($"Enter at most {RequestSearch.Longest} characters");
    }
}

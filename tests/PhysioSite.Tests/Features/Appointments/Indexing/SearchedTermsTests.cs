using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Indexing;

namespace PhysioSite.Tests.Features.Appointments.Indexing;

/// <summary>Which typed text finds which patient. The database compares keyed hashes of the same terms.</summary>
public sealed class SearchedTermsTests
{
    private const string Phone = "608 555 0142";

    [Theory]
    [InlineData("Seán O’Brien", "o'brien")]
    [InlineData("Seán O'Brien", "O’BRIEN sean")]
    [InlineData("Sean OʼBrien", "obrien")]
    [InlineData("Sean O´Brien", "o`brien")]
    [InlineData("Sean O Brien", "O'Brien")]
    [InlineData("Sean O'Brien", "O Brien")]
    [InlineData("Sean OBrien", "O'Brien")]
    [InlineData("Sean OBrien", "O Brien")]
    [InlineData("Sean O’Brien", "brien")]
    [InlineData("Sean O’Brien", "O’Brien, Sean")]
    [InlineData("Sean O’Brien", "O’Brien, S.")]
    [InlineData("Sean O’Brien", "bri")]
    [InlineData("María-José García-López", "garcia lopez")]
    [InlineData("Garcia Lopez", "García-López")]
    [InlineData("GARCÍA", "garci\u0301a")]
    [InlineData("Juana de la Cruz", "delacruz")]
    [InlineData("Juana De La Cruz", "de la cruz, juana")]
    [InlineData("Ronald McDonald", "mcdon")]
    [InlineData("Ronald Mc Donald", "McDonald")]
    [InlineData("Ronald McDonald", "Mc Donald")]
    [InlineData("Ronald McDonald", "mc don, ronald")]
    [InlineData("Juana Delacruz", "de la Cruz")]
    [InlineData("Leeann Smith", "Lee Ann Smith")]
    [InlineData("J.R. Smith", "JR Smith")]
    [InlineData("JR Smith", "J.R. Smith")]
    [InlineData("Wu Li", "li")]
    [InlineData("Łukasz Żółć", "lukasz zolc")]
    [InlineData("Jörg Strauß", "jorg strauss")]
    [InlineData("Søren Ærø", "soren aero")]
    [InlineData("İbrahim Işık", "ibrahim isik")]
    [InlineData("王小明", "王")]
    [InlineData("王小明", "王小明")]
    [InlineData("김민준", "김")]
    [InlineData("Анна Петрова", "ПЕТР")]
    [InlineData("Bartholomaeussonberg", "bartholomaeusson")]
    public void Name_InAnotherNotation_IsFound(string name, string typed) => Assert.True(Fits(name, Phone, null, typed));

    [Theory]
    [InlineData("Joanna Smith", "Anna")]
    [InlineData("Wu Lin", "li")]
    [InlineData("Anna Smith", "Anna Smythe")]
    [InlineData("Anna Smith", "\u0301")]
    [InlineData("Anna Smith", "??")]
    [InlineData("Anna Smith", "555")]
    [InlineData("Juana Leon", "de Leon")]
    [InlineData("Juana Deleona", "de Leonora")]
    public void Name_OfSomeoneElse_IsNotFound(string name, string typed) => Assert.False(Fits(name, Phone, null, typed));

    [Theory]
    [InlineData("+16085550142;ext=12", "608 555 0142")]
    [InlineData("+16085550142;ext=12", "608 555 0142 x12")]
    [InlineData("+16085550142;ext=12", "555-0142 ext. 12")]
    [InlineData("+16085550142;ext=12", "0142 x12")]
    [InlineData("+16085550142", "0142")]
    [InlineData("+16085550142", "50142")]
    [InlineData("+16085550142", "55 0142")]
    [InlineData("+16085550142", "8-555-0142")]
    [InlineData("+16085550142", "1 (608) 555-0142")]
    [InlineData("+16085550142", "smith 0142")]
    [InlineData("+16085550142", "Smith, 608.555.0142")]
    [InlineData("+16085550142", "608 555 0142 Anna Smith")]
    [InlineData("+525512345678", "1234 5678")]
    [InlineData("+442079460958", "020 7946 0958")]
    [InlineData("+442079460958", "0044 20 7946 0958")]
    public void Number_InAnotherNotation_IsFound(string phone, string typed) => Assert.True(Fits("Anna Smith", phone, null, typed));

    [Theory]
    [InlineData("+16085550142;ext=12", "608 555 0142 x13")]
    [InlineData("+16085550142", "608 555 0142 x12")]
    [InlineData("+16085550142", "608 555")]
    [InlineData("+16085550142", "142")]
    [InlineData("+16085550142", "Jones 0142")]
    [InlineData("+16085550142", "Smith 0143")]
    public void Number_OfSomeoneElse_IsNotFound(string phone, string typed) => Assert.False(Fits("Anna Smith", phone, null, typed));

    [Theory]
    [InlineData("Anna.Smith+pt@Example.com", "anna.smith+PT@example.com", true)]
    [InlineData("anna.jones@example.com", "anna.jones@", true)]
    [InlineData("anna.jones@example.com", "jones", true)]
    [InlineData("anna.jones@example.com", "Smith anna.jones@example.com", true)]
    [InlineData("anna.jones@example.com", "<anna.jones@example.com>", true)]
    [InlineData("anna.jones@example.com", "anna.jones@example.org", false)]
    [InlineData("anna.jones@example.com", "jones@example.com", false)]
    public void Address_Typed_IsFoundAsAWholeOrByItsFirstPart(string email, string typed, bool fits) =>
        Assert.Equal(fits, Fits("Anna Smith", null, email, typed));

    /// <summary>A name is at most 100 characters long, and so is the number of its beginnings.</summary>
    [Fact]
    public void Terms_OfTheLongestName_AreFew()
    {
        Assert.InRange(SearchTerms.Of(Details(new string('a', 100), Phone, null)).Count, 90, 120);
        Assert.InRange(SearchTerms.Of(Details(string.Concat(Enumerable.Repeat("a ", 50)), Phone, null)).Count, 10, 120);
        Assert.InRange(SearchTerms.Of(Details("Anna Smith", Phone, "anna.smith@example.com")).Count, 12, 24);
    }

    [Fact]
    public void Terms_OfManyShortWords_AreFew() =>
        Assert.All(SearchedTerms.Parse(string.Concat(Enumerable.Repeat("ab ", 33))).Conditions, any => Assert.InRange(any.Count, 1, 10));

    private static bool Fits(string name, string? phone, string? email, string typed) =>
        SearchedTerms.Parse(typed).Fit(Details(name, phone, email));

    private static PatientDetails Details(string name, string? phone, string? email) =>
        new(name, ContactWay.Call, phone, email, false, false, null, null, null, null, []);
}

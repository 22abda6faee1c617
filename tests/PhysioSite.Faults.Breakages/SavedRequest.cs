using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace PhysioSite.Faults.Breakages;

/// <summary>A request that the site has just saved. Its rows are read and changed in the database.</summary>
internal sealed partial class SavedRequest
{
    private readonly DbContext _db;
    private readonly IDataProtector _protector;
    private readonly Guid _id;

    public SavedRequest(DbContext db, IDataProtector protector, Guid id)
    {
        (_db, _protector, _id) = (db, protector, id);
        Reference = Read("SELECT Reference AS Value FROM AppointmentRequests WHERE Id = {0}").Single();
        Details = Decrypt(Read("SELECT Details AS Value FROM AppointmentRequests WHERE Id = {0}").Single());
        Name = (string)Details[nameof(Name)]!;
    }

    private SavedRequest(SavedRequest other, DbContext db)
    {
        (_db, _protector, _id, Reference, Details, Name) = (db, other._protector, other._id, other.Reference, other.Details, other.Name);
    }

    /// <summary>As the site saved it.</summary>
    public string Reference { get; }

    public JsonObject Details { get; }

    /// <summary>As the site saved it.</summary>
    public string Name { get; }

    /// <summary>Puts another private link into a text.</summary>
    public static string WithLink(string text, string token) => PrivateLink().Replace(text, "/requests/" + token);

    /// <summary>The same request, changed through the connection of a later save.</summary>
    public SavedRequest In(DbContext db) => new(this, db);

    /// <param name="sql">{0} is the id of the request.</param>
    public void Execute(string sql, params object[] values) => _db.Database.ExecuteSqlRaw(sql, [_id, .. values]);

    public void ChangeDetails(Action<JsonObject> change)
    {
        change(Details);
        Execute("UPDATE AppointmentRequests SET Details = {1} WHERE Id = {0}", Encrypt(Details));
    }

    public void WriteDetailsInPlainText() =>
        Execute("UPDATE AppointmentRequests SET Details = {1} WHERE Id = {0}", Details.ToJsonString());

    /// <param name="change">Called with the name and the text of each part of the email. Returns the new text.</param>
    public void ChangeEmail(string kind, Func<string, string, string> change)
    {
        if (FindEmail(kind) is { } email)
        {
            // The calendar entry is an object, and an email without one, or without an address for replies, has null there.
            var changed = new JsonObject(email.Select(part => new KeyValuePair<string, JsonNode?>(
                part.Key,
                part.Value is JsonValue value && value.TryGetValue(out string? text) ? change(part.Key, text) : part.Value?.DeepClone())));
            Execute("UPDATE Outbox SET Content = {1} WHERE RequestId = {0} AND Kind = {2}", Encrypt(changed), kind);
        }
    }

    public void DeleteEmail(string kind) => Execute("DELETE FROM Outbox WHERE RequestId = {0} AND Kind = {1}", kind);

    /// <summary>The last part of the private link. Null when the patient gets no email.</summary>
    public string? FindToken() =>
        FindEmail("To the patient") is { } email && PrivateLink().Match((string)email["Text"]!) is { Success: true } link
            ? link.Groups[1].Value
            : null;

    /// <summary>Adds a second email for each, with another id.</summary>
    public void CopyEmails()
    {
        var names = Read("SELECT name AS Value FROM pragma_table_info('Outbox') WHERE name <> 'Id'");
        var columns = string.Join(", ", names.Select(name => $"\"{name}\""));
        foreach (var email in Read("SELECT Id AS Value FROM Outbox WHERE RequestId = {0}"))
        {
            Execute(
                $"INSERT INTO Outbox (Id, {columns}) SELECT {{1}}, {columns} FROM Outbox WHERE Id = {{2}}",
                Guid.NewGuid(),
                email);
        }
    }

    public void Delete()
    {
        Execute("DELETE FROM Outbox WHERE RequestId = {0}");
        Execute("DELETE FROM RequestEvents WHERE RequestId = {0}");
        Execute("DELETE FROM AppointmentRequests WHERE Id = {0}");
    }

    private JsonObject? FindEmail(string kind) =>
        Read("SELECT Content AS Value FROM Outbox WHERE RequestId = {0} AND Kind = {1}", kind).FirstOrDefault() is { } content
            ? Decrypt(content)
            : null;

    private List<string> Read(string sql, params object[] values) => [.. _db.Database.SqlQueryRaw<string>(sql, [_id, .. values])];

    private string Encrypt(JsonObject value) => _protector.Protect(value.ToJsonString());

    private JsonObject Decrypt(string text) => JsonNode.Parse(_protector.Unprotect(text))!.AsObject();

    [GeneratedRegex("(?<!staff)/requests/([A-Za-z0-9_-]+)")]
    private static partial Regex PrivateLink();
}

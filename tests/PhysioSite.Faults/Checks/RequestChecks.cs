using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PhysioSite.Faults.Checks;

/// <summary>Compares what patients typed and were told with the requests in the database.</summary>
internal sealed class RequestChecks(Books books, Ledger ledger)
{
    public IEnumerable<Problem> Problems() =>
        from told in books.Told
        from what in Problems(told, [.. books.Requests[told.Reference]])
        select new Problem(what, told.Reference);

    /// <summary>A request that is not stored is reported as lost, not here.</summary>
    private IEnumerable<string> Problems(Acknowledgement told, List<StoredRequest> stored) => stored.Count switch
    {
        0 => [],
        1 => Differences(told, stored[0]),
        _ => ["a reference is that of several requests"],
    };

    private IEnumerable<string> Differences(Acknowledgement told, StoredRequest stored)
    {
        var patient = told.Patient;
        if (told.Clinic != patient.Clinic || stored.Clinic != patient.Clinic)
        {
            yield return "a request is at another clinic than the nearest or the chosen one";
        }

        if (stored.Visit != patient.Visit)
        {
            yield return "a request is stored with another kind of visit";
        }

        // DeskChecks compares what staff did.
        var byStaff = stored.Events.Where(happened => happened.By is not null).Select(happened => happened.Kind).ToList();
        var state = ledger.IsWithdrawn(told.Reference) ? "Withdrawn"
            : byStaff.Contains("NoAnswer") ? "NoAnswer"
            : byStaff.Contains("Claimed") ? "Claimed"
            : "New";
        if (stored.State != state)
        {
            yield return $"a request is {stored.State} instead of {state}";
        }

        if (stored.IsErased)
        {
            yield return "a request was erased";
        }

        if (stored.StatusTokenHash != Hash(told.PrivatePath.Split('/')[^1]))
        {
            yield return "the private link on a receipt is not that of the request";
        }

        var happened = stored.Events.Where(happened => happened is { By: null, Kind: not "Escalated" }).Select(happened => happened.Kind)
            .ToList();
        if (!happened.SequenceEqual(state == "Withdrawn" ? ["Received", "Withdrawn"] : ["Received"]))
        {
            yield return $"the history of a request is \"{string.Join(", ", happened)}\"";
        }

        if (stored.Details.Contains(patient.Mark, StringComparison.Ordinal) || books.Keys.Read(stored.Details) is not { } details)
        {
            yield return "what a patient typed cannot be decrypted";
        }
        else if (Different(patient.Details, details) is { Count: > 0 } different)
        {
            yield return $"what a patient typed is stored differently: {string.Join(", ", different)}";
        }
    }

    private static List<string> Different(TypedDetails typed, JsonElement stored)
    {
        var expected = JsonSerializer.SerializeToNode(typed)!.AsObject();
        var actual = JsonObject.Create(stored) ?? [];
        return [.. expected.Where(field => !JsonNode.DeepEquals(field.Value, actual[field.Key])).Select(field => field.Key)];
    }

    private static string Hash(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

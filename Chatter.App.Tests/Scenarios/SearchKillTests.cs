using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Chatter.App.Tests.Startup;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Scenarios;

/// <summary>The program is killed while it takes messages into the index. They are found after the next start, each once.</summary>
public sealed class SearchKillTests
{
    [Fact]
    public async Task Killed_in_the_midst_of_indexing_it_finds_everything_once_after_the_next_start()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("chatter-kill-");
        try
        {
            var acknowledged = 0;
            string token;
            await using (var dying = await ServerProcess.Start(folder.FullName, null, ("CHATTER_DIE_AT", "before-index-commit:4"), ("Chatter__Limits__SendBurst", "100000")))
            {
                using var http = new HttpClient { BaseAddress = dying.Address };
                using var registered = await http.PostAsJsonAsync("/api/register", new { name = "ada", password = "frost on the tomatoes" }, cancel);
                token = (await registered.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString()!;
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
                using var created = await http.PostAsJsonAsync("/api/rooms", new { name = "garden" }, cancel);
                var room = (await created.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").GetGuid();
                try
                {
                    while (true)
                    {
                        using var sent = await http.PostAsJsonAsync($"/api/rooms/{room}/messages", new { text = $"frost {acknowledged + 1}" }, cancel);
                        if (sent.IsSuccessStatusCode) acknowledged++;
                    }
                }
                catch (HttpRequestException)
                {
                    // It died, as it was told.
                }
            }

            await using var server = await ServerProcess.Start(folder.FullName);
            using var again = new HttpClient { BaseAddress = server.Address };
            again.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var found = new List<string>();
            await Eventually.Equal(true, async () =>
            {
                found.Clear();
                var isComplete = true;
                for (string? after = ""; after is not null;)
                {
                    var page = await again.GetFromJsonAsync<JsonElement>($"/api/search?q=frost&limit=50&after={after}", cancel);
                    found.AddRange(page.GetProperty("hits").EnumerateArray().Select(static hit => hit.GetProperty("event").GetProperty("text").GetString()!));
                    isComplete &= page.GetProperty("complete").GetBoolean();
                    after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
                }
                return isComplete && found.Count >= acknowledged;
            });
            // The last may have been committed without having been acknowledged.
            Assert.InRange(found.Count, acknowledged, acknowledged + 1);
            Assert.Equal(Enumerable.Range(1, found.Count).Reverse().Select(static i => $"frost {i}"), found);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

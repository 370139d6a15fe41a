using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Chatter.Chat.Storage.Migrations
{
    /// <inheritdoc />
    [DbContext(typeof(ChatterDbContext))]
    [Migration("20261201120000_Requests")]
    public partial class Requests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Of the log's tables; the model knows nothing of them.
            migrationBuilder.Sql(LogSchema.Requests);
        }
    }
}

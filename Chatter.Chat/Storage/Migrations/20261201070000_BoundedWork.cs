using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Chatter.Chat.Storage.Migrations
{
    /// <inheritdoc />
    [DbContext(typeof(ChatterDbContext))]
    [Migration("20261201070000_BoundedWork")]
    public partial class BoundedWork : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Of the log's tables; the model knows nothing of them.
            migrationBuilder.Sql(LogSchema.BoundedWork);
        }
    }
}

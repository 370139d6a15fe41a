using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Chatter.Chat.Storage.Migrations
{
    /// <inheritdoc />
    [DbContext(typeof(ChatterDbContext))]
    [Migration("20261201090000_NameSkeletons")]
    public partial class NameSkeletons : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // One of the log's tables; the model knows nothing of it.
            migrationBuilder.Sql(LogSchema.NameSkeletons);
        }
    }
}

# Read once by PostgreSQL's image, when it makes a new record: Nightdesk owns its database and is nobody's superuser.
#
# The image names its superuser and gives it the password of the secret. That becomes the owner's, and the superuser has
# none from here on: it gets in by the socket inside the container alone.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password POSTGRES_PASSWORD
CREATE ROLE nightdesk LOGIN PASSWORD :'password';
ALTER DATABASE nightdesk OWNER TO nightdesk;
ALTER ROLE postgres PASSWORD NULL;
SQL

"""Filters and groups: the same entries and sums in each world."""

import pytest

from tests.contract.worlds import W, World, fill

pytestmark = pytest.mark.slow

FILTERS = """
# 2026-11-24 18:00
$ add 'fix login' --from 8 --to 9 -p Site -t Login -T dev --field Ticket=CF-1 -q
$ add 'fix footer' --from 9 --to 11 -p Site -T dev -T urgent --field Ticket=CF-1 -q
$ add deploy --from 11 --to 12 -p Ops -q
$ add lunch --from 12 --to 12:30 --break -q
$ add plan --from '2026-07-01 9' --to '2026-07-01 13' -p Old/Legacy -t Login -q
$ start call
● Started 18:00  call  0012
$ list -d FIX --template '{description}'
fix login
fix footer
$ list -d login -d ploy --template '{description}'
fix login
deploy
$ list -d fix --not-description foot --template '{description}'
fix login
$ list -p Site -p Ops --not-tag urgent --template '{description}'
fix login
deploy
$ list -T dev -T urgent --template '{description}'
fix footer
$ list --not-project Site --no-break --template '{description}'
deploy
call
$ list --not-client acme --template '{description}'
deploy
lunch
call
$ list --no-client --no-tags --break --template '{description}'
lunch
$ list --no-project --running --template '{description}'
call
$ list -p Site --no-task --template '{description}'
fix footer
$ list -p Site --not-task Login --template '{description}'
fix footer
$ list year -t Login --template '{project} {description}'
Legacy plan
Site fix login
$ list year -t Login -p Old/Legacy -p Ops --template '{project} {description}'
Legacy plan
$ list year -t Login -p Site --template '{project} {description}'
Site fix login
$ list last-quarter --total
4:00:00
$ list last quarter --total
4:00:00
$ list 2026-Q3..2026-10 --total
4:00:00
$ report all --by quarter -o csv
quarter,seconds,billable_seconds,hours,amount,currency
2026-Q3,14400,14400,4.00,,
2026-Q4,14400,10800,4.00,,
$ report year --by year --by field:Ticket -o csv
year,field:Ticket,seconds,billable_seconds,hours,amount,currency
2026,,18000,14400,5.00,,
2026,CF-1,10800,10800,3.00,,
$ report --by field:Ticket --template '{field:Ticket} {hours}'
CF-1 3.00
 1.00
$ report --by field:Nope
? error: no field 'Nope'
? hint: clocktool fields lists them, clocktool fields add creates one
! 4
$ bulk year --no-tags --not-project Ops --no-break --not-description call --add-tag dev -y -q
$ list year -T dev --not-client ACME --template '{description}'
plan
$ dup --day today --on tomorrow --not-client ACME --no-break --not-description call -q
$ list tomorrow --template '{description}'
deploy
$ purge -d fix --not-description foot --yes-delete 1 -q
$ list all -d fix --template '{description}'
fix footer
"""


def test_filters_find_the_same_in_each_world(place: World) -> None:
    """Any, all and none of names, what has none, archived names, periods, groups."""
    fill(place.behind)
    old = place.ask("POST", f"{W}/clients", {"name": "Old"})["id"]
    legacy = place.ask("POST", f"{W}/projects", {"name": "Legacy", "clientId": old})["id"]
    place.ask("POST", f"{W}/projects/{legacy}/tasks", {"name": "login"})
    place.play(FILTERS)


def test_names_out_of_use_are_found_by_filters(place: World) -> None:
    """An archived client, project and tag, and a task that is done."""
    shop = fill(place.behind)
    place.console.ok("add", "x", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev", "-q")
    done = {"name": "Login", "status": "DONE"}
    place.ask("PUT", f"{W}/projects/{shop.site}/tasks/{shop.login}", done)
    archived = {"name": "Site", "archived": True, "clientId": shop.acme}
    place.ask("PUT", f"{W}/projects/{shop.site}", archived)
    place.ask("PUT", f"{W}/clients/{shop.acme}", {"name": "ACME", "archived": True})
    place.ask("PUT", f"{W}/tags/{shop.dev}", {"name": "dev", "archived": True})
    for option, unwanted, name in (
        ("-p", "--not-project", "Site"),
        ("-p", "--not-project", "acme/site"),
        ("--client", "--not-client", "ACME"),
        ("-t", "--not-task", "Login"),
        ("-T", "--not-tag", "dev"),
    ):
        assert place.console.ok("list", option, name, "--total").out == "1:00:00\n"
        assert place.console.ok("list", unwanted, name, "--total").out == "0:00:00\n"

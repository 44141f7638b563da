dist_man_MANS = man/persocontact.1 man/desk.conf.5 man/people.csv.5
dist_doc_DATA = README.md

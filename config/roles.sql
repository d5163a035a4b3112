-- The three plain roles of Préau and its database; run once by a superuser: psql -f config/roles.sql
-- None of them is a superuser, none passes over the wall between schools. Change the three passwords.
create role preau_owner login password 'A-CHANGER-1';
create role preau_app login password 'A-CHANGER-2';
create role preau_door login password 'A-CHANGER-3';
create database preau owner preau_owner encoding 'UTF8' locale 'C.UTF-8' template template0;
\connect preau
revoke create on schema public from public;
alter schema public owner to preau_owner;
